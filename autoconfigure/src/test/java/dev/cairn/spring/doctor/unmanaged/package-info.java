/**
 * A class that component scanning does not find.
 */
@NullMarked
package dev.cairn.spring.doctor.unmanaged;

import org.jspecify.annotations.NullMarked;

/**
 * An application without a problem.
 */
@NullMarked
package dev.cairn.spring.doctor.separate;

import org.jspecify.annotations.NullMarked;

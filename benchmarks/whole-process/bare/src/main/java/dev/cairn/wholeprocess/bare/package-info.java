/**
 * The shop on Spring Boot alone.
 */
@NullMarked
package dev.cairn.wholeprocess.bare;

import org.jspecify.annotations.NullMarked;

/**
 * Bound values under load. This is not a package of the sample, which would find the
 * components in it.
 */
@NullMarked
package dev.cairn.soak;

import org.jspecify.annotations.NullMarked;

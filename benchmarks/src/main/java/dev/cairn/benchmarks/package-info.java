/**
 * The cost of Cairn for its callers, side by side with what a user would wire by hand.
 */
@NullMarked
package dev.cairn.benchmarks;

import org.jspecify.annotations.NullMarked;

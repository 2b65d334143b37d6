/**
 * A service that publishes events at a given rate, in a process of its own.
 */
@NullMarked
package dev.cairn.sample.load;

import org.jspecify.annotations.NullMarked;

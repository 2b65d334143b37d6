/**
 * A service that publishes events as fast as it is told, in a process of its own.
 */
@NullMarked
package dev.cairn.sample.load;

import org.jspecify.annotations.NullMarked;

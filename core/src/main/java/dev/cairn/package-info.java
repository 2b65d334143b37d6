/**
 * The vocabulary of Cairn and the engine behind it: what a service says, and the way it
 * takes to its sinks.
 */
@NullMarked
package dev.cairn;

import org.jspecify.annotations.NullMarked;

/**
 * The propagation of the context to other threads: executors, schedulers, {@code @Async}
 * methods and command-line runs.
 */
@NullMarked
package dev.cairn.spring.context.propagation;

import org.jspecify.annotations.NullMarked;

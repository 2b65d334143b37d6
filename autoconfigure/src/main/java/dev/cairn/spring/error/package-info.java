/**
 * Failures that end a thread, and the context and the arguments of all failures.
 */
@NullMarked
package dev.cairn.spring.error;

import org.jspecify.annotations.NullMarked;

/**
 * Failures that are logged, and failures that end a thread.
 */
@NullMarked
package dev.cairn.spring.error;

import org.jspecify.annotations.NullMarked;

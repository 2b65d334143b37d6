/**
 * Capture of failures that are logged.
 */
@NullMarked
package dev.cairn.spring.logging;

import org.jspecify.annotations.NullMarked;

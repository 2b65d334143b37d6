/**
 * The adapter for Logback.
 */
@NullMarked
package dev.cairn.spring.logging.logback;

import org.jspecify.annotations.NullMarked;

/**
 * Lines of the log: their formats.
 */
@NullMarked
package dev.cairn.spring.logging;

import org.jspecify.annotations.NullMarked;

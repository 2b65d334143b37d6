/**
 * Encodings of messages: JSON, truncation, and reading them back.
 */
@NullMarked
package dev.cairn.encoding;

import org.jspecify.annotations.NullMarked;

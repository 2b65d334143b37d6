/**
 * Redaction: recognizes and masks the secrets in keys, values and text.
 */
@NullMarked
package dev.cairn.redaction;

import org.jspecify.annotations.NullMarked;

/**
 * Entries of the log: failures, rules, processors and redaction.
 */
@NullMarked
package dev.cairn.spring.logging;

import org.jspecify.annotations.NullMarked;

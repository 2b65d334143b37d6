/**
 * Helpers that the tests of all modules share: messages, a log capture, and servers that
 * can be stopped, hung and made to refuse.
 */
@NullMarked
package dev.cairn.testing;

import org.jspecify.annotations.NullMarked;

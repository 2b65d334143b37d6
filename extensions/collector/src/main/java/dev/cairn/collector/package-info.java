/**
 * Accepts the messages of other programs and browsers.
 */
@NullMarked
package dev.cairn.collector;

import org.jspecify.annotations.NullMarked;

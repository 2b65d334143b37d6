/**
 * Delivery: the asynchronous sink with its queue and accounting, and the encodings.
 */
@NullMarked
package dev.cairn.sink;

import org.jspecify.annotations.NullMarked;

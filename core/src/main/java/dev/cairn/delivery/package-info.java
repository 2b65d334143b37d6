/**
 * Delivery: the asynchronous sink with its queue, its disk and its account.
 */
@NullMarked
package dev.cairn.delivery;

import org.jspecify.annotations.NullMarked;

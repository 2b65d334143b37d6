/**
 * Delivery to Sentry.
 */
@NullMarked
package dev.cairn.sink.sentry;

import org.jspecify.annotations.NullMarked;

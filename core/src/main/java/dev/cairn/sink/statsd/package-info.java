/**
 * Delivery of StatsD lines.
 */
@NullMarked
package dev.cairn.sink.statsd;

import org.jspecify.annotations.NullMarked;

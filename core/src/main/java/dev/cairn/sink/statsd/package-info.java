/**
 * Micrometer's meters on the way to StatsD: they add up in process, and leave as packed
 * lines.
 */
@NullMarked
package dev.cairn.sink.statsd;

import org.jspecify.annotations.NullMarked;

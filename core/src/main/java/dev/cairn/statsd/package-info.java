/**
 * A registry of Micrometer's meters for StatsD: values are aggregated in process and sent
 * as packed lines.
 */
@NullMarked
package dev.cairn.statsd;

import org.jspecify.annotations.NullMarked;

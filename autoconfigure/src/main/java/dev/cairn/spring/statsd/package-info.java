/**
 * Delivery of meters to StatsD.
 */
@NullMarked
package dev.cairn.spring.statsd;

import org.jspecify.annotations.NullMarked;

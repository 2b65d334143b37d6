/**
 * The metric calls, and what a service knows of its own meters: percentiles and rates
 * over sliding windows. Everything here is Micrometer's meters, seen from Cairn.
 */
@NullMarked
package dev.cairn.metrics;

import org.jspecify.annotations.NullMarked;

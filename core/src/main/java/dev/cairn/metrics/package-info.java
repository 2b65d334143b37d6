/**
 * Metric calls, sampling and limits of tags for Micrometer's meters, and a registry with
 * percentiles and rates over sliding windows.
 */
@NullMarked
package dev.cairn.metrics;

import org.jspecify.annotations.NullMarked;

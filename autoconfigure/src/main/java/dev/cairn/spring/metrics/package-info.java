/**
 * Meters: metric calls, annotations, sampling, limits of tags, statistics in process, and
 * meters of the Ledger and the process.
 */
@NullMarked
package dev.cairn.spring.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * Meters: the annotations, the Ledger as meters, and what keeps secrets and values
 * without end out of tags.
 */
@NullMarked
package dev.cairn.spring.metrics;

import org.jspecify.annotations.NullMarked;

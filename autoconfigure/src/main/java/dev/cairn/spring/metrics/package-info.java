/**
 * Meters: the Ledger as meters, and what keeps secrets out of tags.
 */
@NullMarked
package dev.cairn.spring.metrics;

import org.jspecify.annotations.NullMarked;

package dev.cairn.metrics;

import java.time.Duration;

/**
 * A meter that remembers what it has recorded in the last minutes. Thread-safe.
 */
interface WindowedMeter {

	/** Ends an interval. */
	void rotate(long now);

	/** Returns what was recorded in the last time. */
	StatisticsRegistry.Window over(Duration window, long now);

}

package dev.cairn.metrics;

import java.time.Duration;

/**
 * The values of a meter of the last minutes. Thread-safe.
 */
interface WindowedValues {

	/** Ends the current interval. */
	void rotate(long now);

	/** Returns the values that were recorded in a window. */
	StatisticsRegistry.Window over(Duration window, long now);

}

package dev.cairn.metrics;

import java.time.Duration;

/**
 * A meter that keeps the values of the last minutes. Thread-safe.
 */
interface WindowedMeter {

	void rotate(long now);

	/** Returns the values that were recorded in a window. */
	StatisticsRegistry.Window over(Duration window, long now);

}

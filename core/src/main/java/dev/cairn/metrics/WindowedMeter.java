package dev.cairn.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Meter;

/**
 * A meter that remembers what came in the last minutes. Thread-safe.
 *
 * @param <V> what it remembers
 */
interface WindowedMeter<V> {

	Meter.Id getId();

	/** End a stretch of time. */
	void turn(long now);

	/** Return what came in the last time. */
	SlidingWindow.Seen<V> last(Duration window, long now);

}

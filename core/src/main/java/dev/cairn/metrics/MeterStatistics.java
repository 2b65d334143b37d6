package dev.cairn.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one meter over sliding windows. Reads the meter when it is asked.
 * Thread-safe.
 */
public final class MeterStatistics {

	private final Tracked<?> meter;

	private final long now;

	MeterStatistics(Tracked<?> meter, long now) {
		this.meter = meter;
		this.now = now;
	}

	/**
	 * Return which meter it is.
	 * @return its id
	 */
	public Meter.Id id() {
		return this.meter.getId();
	}

	/**
	 * Return the values of a timer, in nanoseconds, or of a summary.
	 * @param window for how long to look back, at most 15 minutes
	 * @return the distribution; {@code null} for a counter
	 */
	public @Nullable Distribution distribution(Duration window) {
		return (this.meter.last(window, this.now).value() instanceof Distribution distribution) ? distribution : null;
	}

	/**
	 * Return how much a counter has counted, or how many samples a timer or a summary
	 * has.
	 * @param window for how long to look back, at most 15 minutes
	 * @return the number
	 */
	public double count(Duration window) {
		return number(this.meter.last(window, this.now).value());
	}

	/**
	 * Return that number per second of the time for which the meter was there.
	 * @param window for how long to look back, at most 15 minutes
	 * @return how many a second
	 */
	public double rate(Duration window) {
		SlidingWindow.Seen<?> seen = this.meter.last(window, this.now);
		double seconds = seen.time().toNanos() / (double) Duration.ofSeconds(1).toNanos();
		return (seconds > 0) ? number(seen.value()) / seconds : 0;
	}

	private static double number(@Nullable Object value) {
		return (value instanceof Distribution distribution) ? distribution.count()
				: (value instanceof Double count) ? count : 0;
	}

}

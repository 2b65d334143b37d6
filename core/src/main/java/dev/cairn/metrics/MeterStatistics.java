package dev.cairn.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one meter over sliding windows. Reads the meter when it is asked.
 * Thread-safe.
 */
public final class MeterStatistics {

	private final WindowedMeter<?> meter;

	private final long now;

	MeterStatistics(WindowedMeter<?> meter, long now) {
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
	 * Return everything about one window, read at once.
	 * @param window for how long to look back, at most 15 minutes
	 * @return what was seen
	 */
	public Window over(Duration window) {
		SlidingWindow.Seen<?> seen = this.meter.last(window, this.now);
		Distribution distribution = (seen.value() instanceof Distribution values) ? values : null;
		double count = (distribution != null) ? distribution.count()
				: (seen.value() instanceof Double counted) ? counted : 0;
		double seconds = seen.time().toNanos() / (double) Duration.ofSeconds(1).toNanos();
		return new Window(count, (seconds > 0) ? count / seconds : 0, distribution);
	}

	/**
	 * Return the values of a timer, in nanoseconds, or of a summary.
	 * @param window for how long to look back, at most 15 minutes
	 * @return the distribution; {@code null} for a counter
	 */
	public @Nullable Distribution distribution(Duration window) {
		return over(window).distribution();
	}

	/**
	 * Return how many a second there were of them.
	 * @param window for how long to look back, at most 15 minutes
	 * @return how many a second
	 */
	public double rate(Duration window) {
		return over(window).rate();
	}

	/**
	 * What was seen in a window.
	 *
	 * @param count how much a counter has counted, or how many samples a timer or a
	 * summary has
	 * @param rate that number per second of the time for which the meter was there
	 * @param distribution the values of a timer, in nanoseconds, or of a summary;
	 * {@code null} for a counter
	 */
	public record Window(double count, double rate, @Nullable Distribution distribution) {
	}

}

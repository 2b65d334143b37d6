package dev.cairn.metrics;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * The values of a timer or a summary over sliding windows. Recording takes no lock;
 * everything else does.
 */
final class WindowedDistribution {

	private final BucketCounts counts = new BucketCounts();

	/** The sum of all values since the start. */
	private final DoubleSupplier sum;

	private final SlidingWindow<Distribution> window;

	private final TimeWindowMax maximum;

	/** The largest value of the current interval. */
	private volatile double intervalMax;

	/** The number of values in completed intervals. */
	private long rotatedCount;

	private double rotatedSum;

	WindowedDistribution(DoubleSupplier sum, Clock clock, DistributionStatisticConfig config) {
		this.sum = sum;
		this.window = new SlidingWindow<>(Distribution::merge, clock.monotonicTime());
		this.maximum = new TimeWindowMax(clock, config);
	}

	void record(double value) {
		this.counts.record(value);
		// TimeWindowMax reads the clock, so only new maxima are passed on
		if (value > this.intervalMax) {
			this.intervalMax = value;
			this.maximum.record(value);
		}
	}

	double max() {
		return this.maximum.poll();
	}

	synchronized long count() {
		return this.rotatedCount + this.counts.count();
	}

	synchronized void rotate(long now) {
		this.intervalMax = 0;
		Distribution interval = read(true);
		this.rotatedCount += interval.count();
		this.rotatedSum += interval.sum();
		this.window.rotate(interval, now);
	}

	Distribution last(Duration window, long now) {
		return view(window, now).value();
	}

	StatisticsRegistry.Window over(Duration window, long now) {
		SlidingWindow.View<Distribution> view = view(window, now);
		return StatisticsRegistry.Window.of(view.value().count(), view.time(), view.value());
	}

	private synchronized SlidingWindow.View<Distribution> view(Duration window, long now) {
		return this.window.last(window, read(false), now);
	}

	private Distribution read(boolean reset) {
		return this.counts.read(this.sum.getAsDouble() - this.rotatedSum, reset);
	}

}

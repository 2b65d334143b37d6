package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * The values of a timer or a summary over sliding windows. Recording takes no lock;
 * everything else does.
 */
final class WindowedDistribution implements WindowedValues {

	private final BucketCounts counts = new BucketCounts();

	private final DoubleAdder sum = new DoubleAdder();

	private final SlidingWindow window;

	private final TimeWindowMax maximum;

	/** The largest value of the current interval. */
	private volatile double intervalMax;

	/** The number of values in completed intervals. */
	private long rotatedCount;

	private double rotatedSum;

	WindowedDistribution(Clock clock, DistributionStatisticConfig config) {
		this.window = new SlidingWindow(clock.monotonicTime());
		this.maximum = new TimeWindowMax(clock, config);
	}

	void record(double value) {
		this.counts.record(value);
		this.sum.add(value);
		// TimeWindowMax reads the clock, so only new maxima are passed on
		if (value > this.intervalMax) {
			this.intervalMax = value;
			this.maximum.record(value);
		}
	}

	synchronized long count() {
		return this.rotatedCount + this.counts.read(0, false).count();
	}

	double sum() {
		return this.sum.sum();
	}

	double max() {
		return this.maximum.poll();
	}

	@Override
	public synchronized void rotate(long now) {
		this.intervalMax = 0;
		Distribution interval = read(true);
		this.rotatedCount += interval.count();
		this.rotatedSum += interval.sum();
		this.window.rotate(interval, now);
	}

	@Override
	public StatisticsRegistry.Window over(Duration window, long now) {
		SlidingWindow.View view = last(window, now);
		return StatisticsRegistry.Window.of(view.values().count(), view.time(), view.values());
	}

	synchronized SlidingWindow.View last(Duration window, long now) {
		return this.window.last(window, read(false), now);
	}

	private Distribution read(boolean reset) {
		return this.counts.read(sum() - this.rotatedSum, reset);
	}

}

package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * The values of a timer or a summary over sliding windows. Recording takes no lock;
 * everything else does.
 */
final class WindowedDistribution implements SlidingWindow.Windowed {

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
		return StatisticsRegistry.Window.of(view.values().count(), view.time(), view.values(), count());
	}

	synchronized SlidingWindow.View last(Duration window, long now) {
		return this.window.last(window, read(false), now);
	}

	private Distribution read(boolean reset) {
		return this.counts.read(sum() - this.rotatedSum, reset);
	}

	/**
	 * A summary with percentiles over sliding windows.
	 */
	static final class WindowedSummary extends AbstractDistributionSummary {

		private final WindowedDistribution values;

		WindowedSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale) {
			super(id, scale, defaultHistogram(clock, config, false));
			this.values = new WindowedDistribution(clock, config);
		}

		@Override
		protected void recordNonNegative(double amount) {
			if (amount < Double.POSITIVE_INFINITY) {
				this.values.record(amount);
			}
		}

		@Override
		public long count() {
			return this.values.count();
		}

		@Override
		public double totalAmount() {
			return this.values.sum();
		}

		@Override
		public double max() {
			return this.values.max();
		}

		SlidingWindow.Windowed values() {
			return this.values;
		}

	}

	/**
	 * A timer with percentiles over sliding windows.
	 */
	static final class WindowedTimer extends AbstractTimer implements SlidingWindow.Windowed {

		/**
		 * The number of intervals after which the duration of a slow call is computed
		 * again.
		 */
		private static final int RELEARN_EVERY = 6;

		/** In nanoseconds. */
		private final WindowedDistribution values;

		private final SlowCalls slowCalls;

		/** The duration above which a call is slow, in nanoseconds. */
		private volatile long slowNanos = Long.MAX_VALUE;

		/** The percentile from which that duration was computed, in nanoseconds. */
		private volatile double usualNanos;

		private int rotations;

		WindowedTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector,
				TimeUnit unit, SlowCalls slowCalls) {
			super(id, clock, config, pauseDetector, unit, false);
			this.values = new WindowedDistribution(clock, config);
			this.slowCalls = slowCalls;
		}

		@Override
		protected void recordNonNegative(long amount, TimeUnit unit) {
			long nanos = unit.toNanos(amount);
			this.values.record(nanos);
			if (nanos > this.slowNanos) {
				this.slowCalls.add(getId(), nanos, this.usualNanos);
			}
		}

		@Override
		public long count() {
			return this.values.count();
		}

		@Override
		public double totalTime(TimeUnit unit) {
			return this.values.sum() / unit.toNanos(1);
		}

		@Override
		public double max(TimeUnit unit) {
			return this.values.max() / unit.toNanos(1);
		}

		@Override
		public void rotate(long now) {
			this.values.rotate(now);
			if (this.slowCalls.isEnabled() && ++this.rotations % RELEARN_EVERY == 0) {
				Distribution known = this.values.last(SlidingWindow.LONGEST, now).values();
				this.usualNanos = known.percentile(SlowCalls.PERCENTILE);
				this.slowNanos = this.slowCalls.limit(known.count(), this.usualNanos);
			}
		}

		@Override
		public StatisticsRegistry.Window over(Duration window, long now) {
			return this.values.over(window, now);
		}

	}

}

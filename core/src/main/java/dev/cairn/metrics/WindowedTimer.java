package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer with percentiles over sliding windows.
 */
final class WindowedTimer extends AbstractTimer implements WindowedValues {

	/**
	 * The number of intervals after which the duration of a slow call is computed again.
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

	WindowedTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			SlowCalls slowCalls) {
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

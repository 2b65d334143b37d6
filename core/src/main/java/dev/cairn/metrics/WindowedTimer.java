package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer that knows its percentiles.
 */
final class WindowedTimer extends AbstractTimer implements WindowedMeter<Distribution>, RatedMeter {

	/** In nanoseconds. */
	private final LongAdder total = new LongAdder();

	private final StepMaximum maximum;

	private final WindowedDistribution values;

	private final SlowCalls slowCalls;

	/** From when on a call is remarkable, in nanoseconds. */
	private volatile long slow = Long.MAX_VALUE;

	/** What was usual when that was said, in nanoseconds. */
	private volatile double usual;

	WindowedTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			long stepMillis, SlowCalls slowCalls) {
		super(id, clock, config, pauseDetector, unit, false);
		this.maximum = new StepMaximum(clock, stepMillis);
		this.values = new WindowedDistribution(this.total::sum, clock.monotonicTime());
		this.slowCalls = slowCalls;
	}

	@Override
	protected void recordNonNegative(long amount, TimeUnit unit) {
		long nanos = unit.toNanos(amount);
		this.values.record(nanos);
		this.total.add(nanos);
		this.maximum.record(nanos);
		if (nanos > this.slow) {
			this.slowCalls.noted(getId(), nanos, this.usual);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		long nanos = (long) amount;
		long copies = Copies.at(rate);
		this.values.add(nanos, copies);
		this.total.add(nanos * copies);
		this.maximum.record(nanos);
		Copies.record(this.histogram, nanos, copies);
		if (nanos > this.slow) {
			this.slowCalls.noted(getId(), nanos, this.usual);
		}
	}

	@Override
	public long count() {
		return this.values.count();
	}

	@Override
	public double totalTime(TimeUnit unit) {
		return this.total.sum() / (double) unit.toNanos(1);
	}

	@Override
	public double max(TimeUnit unit) {
		return this.maximum.poll() / (double) unit.toNanos(1);
	}

	@Override
	public void turn(long now) {
		this.values.turn(now);
		// Also where nobody asks, so that an old one does not stand in the way
		this.maximum.poll();
	}

	@Override
	public SlidingWindow.Seen<Distribution> last(Duration window, long now) {
		return this.values.last(window, now);
	}

	/** Learn what is slow for this timer. */
	void learn(long now) {
		Distribution known = last(SlidingWindow.LONGEST, now).value();
		double p99 = known.percentile(SlowCalls.PERCENTILE);
		this.usual = p99;
		this.slow = this.slowCalls.limit(known.count(), p99);
	}

}

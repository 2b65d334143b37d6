package dev.cairn.statsd;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer that keeps its samples, in nanoseconds, until the next flush.
 */
final class StatsdTimer extends AbstractTimer {

	private final MeterSamples samples;

	StatsdTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			MeterSamples samples) {
		super(id, clock, config, pauseDetector, unit, false);
		this.samples = samples;
	}

	@Override
	protected void recordNonNegative(long amount, TimeUnit unit) {
		this.samples.record(unit.toNanos(amount));
	}

	@Override
	public long count() {
		return this.samples.count();
	}

	@Override
	public double totalTime(TimeUnit unit) {
		return this.samples.sum() / unit.toNanos(1);
	}

	@Override
	public double max(TimeUnit unit) {
		return this.samples.max() / unit.toNanos(1);
	}

}

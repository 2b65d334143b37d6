package dev.cairn.statsd;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * A summary that keeps its samples until the next flush.
 */
final class StatsdSummary extends AbstractDistributionSummary {

	private final MeterSamples samples;

	StatsdSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale, MeterSamples samples) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.samples = samples;
	}

	@Override
	protected void recordNonNegative(double amount) {
		if (amount == Double.POSITIVE_INFINITY) {
			this.samples.recordUnencodable();
		}
		else {
			this.samples.record(amount);
		}
	}

	@Override
	public long count() {
		return this.samples.count();
	}

	@Override
	public double totalAmount() {
		return this.samples.sum();
	}

	@Override
	public double max() {
		return this.samples.max();
	}

}

package dev.cairn.metrics;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * A summary with percentiles over sliding windows.
 */
final class WindowedSummary extends AbstractDistributionSummary {

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

	WindowedValues values() {
		return this.values;
	}

}

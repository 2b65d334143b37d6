package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * A summary with percentiles over sliding windows.
 */
final class WindowedSummary extends AbstractDistributionSummary implements WindowedMeter {

	private final DoubleAdder total = new DoubleAdder();

	private final WindowedDistribution values;

	WindowedSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.values = new WindowedDistribution(this.total::sum, clock, config);
	}

	@Override
	protected void recordNonNegative(double amount) {
		if (amount < Double.POSITIVE_INFINITY) {
			this.values.record(amount);
			this.total.add(amount);
		}
	}

	@Override
	public long count() {
		return this.values.count();
	}

	@Override
	public double totalAmount() {
		return this.total.sum();
	}

	@Override
	public double max() {
		return this.values.max();
	}

	@Override
	public void rotate(long now) {
		this.values.rotate(now);
	}

	@Override
	public StatisticsRegistry.Window over(Duration window, long now) {
		return this.values.over(window, now);
	}

}

package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * A summary that knows its percentiles.
 */
final class WindowedSummary extends AbstractDistributionSummary implements WindowedMeter<Distribution>, RatedMeter {

	private final DoubleAdder total = new DoubleAdder();

	private final TimeWindowMax maximum;

	private final WindowedDistribution values;

	private final double scale;

	WindowedSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.maximum = new TimeWindowMax(clock, config);
		this.values = new WindowedDistribution(this.total::sum, clock.monotonicTime());
		this.scale = scale;
	}

	@Override
	protected void recordNonNegative(double amount) {
		if (amount < Double.POSITIVE_INFINITY) {
			this.values.record(amount);
			this.total.add(amount);
			this.maximum.record(amount);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		double scaled = amount * this.scale;
		long copies = Copies.at(rate);
		this.values.add(scaled, copies);
		this.total.add(scaled * copies);
		this.maximum.record(scaled);
		Copies.record(this.histogram, scaled, copies);
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
		return this.maximum.poll();
	}

	@Override
	public void turn(long now) {
		this.values.turn(now);
	}

	@Override
	public SlidingWindow.Seen<Distribution> last(Duration window, long now) {
		return this.values.last(window, now);
	}

}

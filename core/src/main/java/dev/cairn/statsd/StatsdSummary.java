package dev.cairn.statsd;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import dev.cairn.metrics.Copies;
import dev.cairn.metrics.RatedMeter;
import dev.cairn.metrics.SamplingGate;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * A summary that keeps its samples until the next flush.
 */
final class StatsdSummary extends AbstractDistributionSummary
		implements FlushableMeter, RatedMeter, RatedSamples.Values {

	/** Of what is not among the samples of which all are kept. */
	private final LongAdder otherCount = new LongAdder();

	/** Of the same. */
	private final DoubleAdder otherTotal = new DoubleAdder();

	private final TimeWindowMax maximum;

	private final double scale;

	private final SamplingGate gate;

	private final RatedSamples samples;

	StatsdSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale, SamplingGate gate,
			Function<RatedSamples.Values, RatedSamples> samples) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.maximum = new TimeWindowMax(clock, config);
		this.scale = scale;
		this.gate = gate;
		this.samples = samples.apply(this);
	}

	@Override
	public double value(long sample) {
		return Double.longBitsToDouble(~sample);
	}

	@Override
	public void taken(long sample) {
		this.maximum.record(value(sample));
	}

	/** What is infinite, no line can tell. */
	@Override
	public boolean write(SampleLines lines, PacketBuilder packets, long sample) {
		double value = value(sample);
		if (Double.isInfinite(value)) {
			return false;
		}
		lines.decimal(packets, value);
		return true;
	}

	@Override
	protected void recordNonNegative(double amount) {
		double rate = this.gate.rate();
		long sample = ~Double.doubleToRawLongBits(amount);
		if (rate >= 1 && this.samples.add(sample)) {
			return;
		}
		this.otherCount.increment();
		this.otherTotal.add(amount);
		this.maximum.record(amount);
		if (rate < 1 && this.gate.keeps()) {
			this.samples.add(sample, rate);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		double scaled = amount * this.scale;
		long copies = Copies.at(rate);
		this.otherCount.add(copies);
		this.otherTotal.add(scaled * copies);
		this.maximum.record(scaled);
		Copies.record(this.histogram, scaled, copies);
		this.samples.add(~Double.doubleToRawLongBits(scaled), rate);
	}

	@Override
	public long count() {
		return this.otherCount.sum() + this.samples.totals().count();
	}

	@Override
	public double totalAmount() {
		return this.otherTotal.sum() + this.samples.totals().sum();
	}

	@Override
	public double max() {
		return Math.max(this.maximum.poll(), this.samples.totals().largestWaiting());
	}

	@Override
	public void write(PacketBuilder packets, SampleAccount account) {
		this.samples.write(packets, account);
	}

}

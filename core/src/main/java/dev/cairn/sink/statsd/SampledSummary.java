package dev.cairn.sink.statsd;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

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
final class SampledSummary extends AbstractDistributionSummary implements Report, RatedMeter {

	private final LongAdder count = new LongAdder();

	private final DoubleAdder total = new DoubleAdder();

	private final TimeWindowMax maximum;

	private final double scale;

	private final SamplingGate gate;

	private final RatedSamples samples;

	SampledSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale, SamplingGate gate,
			RatedSamples samples) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.maximum = new TimeWindowMax(clock, config);
		this.scale = scale;
		this.gate = gate;
		this.samples = samples;
	}

	/** What is infinite, no line can tell. */
	static boolean write(SampleLines lines, Packets packets, long sample) {
		double value = Double.longBitsToDouble(~sample);
		if (Double.isInfinite(value)) {
			return false;
		}
		lines.decimal(packets, value);
		return true;
	}

	@Override
	protected void recordNonNegative(double amount) {
		this.count.increment();
		this.total.add(amount);
		this.maximum.record(amount);
		double rate = this.gate.rate();
		if (rate >= 1) {
			this.samples.add(~Double.doubleToRawLongBits(amount));
		}
		else if (this.gate.keeps()) {
			this.samples.add(~Double.doubleToRawLongBits(amount), rate);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		double scaled = amount * this.scale;
		long copies = Copies.at(rate);
		this.count.add(copies);
		this.total.add(scaled * copies);
		this.maximum.record(scaled);
		for (int i = Copies.bounded(copies); i > 0; i--) {
			this.histogram.recordDouble(scaled);
		}
		this.samples.add(~Double.doubleToRawLongBits(scaled), rate);
	}

	@Override
	public long count() {
		return this.count.sum();
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
	public void write(Packets packets, SampleAccount account) {
		this.samples.write(packets, account);
	}

}

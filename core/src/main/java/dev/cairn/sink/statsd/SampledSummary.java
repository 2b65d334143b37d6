package dev.cairn.sink.statsd;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.DropReason;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * A summary that keeps its samples until the next flush.
 */
final class SampledSummary extends AbstractDistributionSummary implements Report {

	private final LongAdder count = new LongAdder();

	private final DoubleAdder total = new DoubleAdder();

	private final TimeWindowMax maximum;

	private final Samples samples;

	private final SampleLines lines;

	/** Those that no line can tell of, since the last flush. */
	private long infinite;

	SampledSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale, Samples samples,
			SampleLines lines) {
		super(id, scale, defaultHistogram(clock, config, false));
		this.maximum = new TimeWindowMax(clock, config);
		this.samples = samples;
		this.lines = lines;
	}

	@Override
	protected void recordNonNegative(double amount) {
		this.count.increment();
		this.total.add(amount);
		this.maximum.record(amount);
		this.samples.add(~Double.doubleToRawLongBits(amount));
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
		this.samples.take((sample) -> write(packets, Double.longBitsToDouble(~sample)));
		this.lines.end(packets);
		if (this.infinite > 0) {
			account.lost(this.infinite, DropReason.UNENCODABLE);
			this.infinite = 0;
		}
		long lost = this.samples.takeLost();
		if (lost > 0) {
			account.lost(lost, DropReason.OVERFLOW);
		}
	}

	private void write(Packets packets, double value) {
		if (Double.isInfinite(value)) {
			this.infinite++;
		}
		else {
			this.lines.decimal(packets, value);
		}
	}

}

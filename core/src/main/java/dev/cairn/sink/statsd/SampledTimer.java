package dev.cairn.sink.statsd;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.metrics.Copies;
import dev.cairn.metrics.RatedMeter;
import dev.cairn.metrics.SamplingGate;
import dev.cairn.metrics.StepMaximum;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer that keeps its samples until the next flush.
 */
final class SampledTimer extends AbstractTimer implements Report, RatedMeter {

	private final LongAdder count = new LongAdder();

	/** In nanoseconds. */
	private final LongAdder total = new LongAdder();

	private final StepMaximum maximum;

	private final SamplingGate gate;

	private final RatedSamples samples;

	SampledTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			long stepMillis, SamplingGate gate, RatedSamples samples) {
		super(id, clock, config, pauseDetector, unit, false);
		this.maximum = new StepMaximum(clock, stepMillis);
		this.gate = gate;
		this.samples = samples;
	}

	static boolean write(SampleLines lines, Packets packets, long sample) {
		lines.millis(packets, sample - 1);
		return true;
	}

	@Override
	protected void recordNonNegative(long amount, TimeUnit unit) {
		long nanos = unit.toNanos(amount);
		this.count.increment();
		this.total.add(nanos);
		this.maximum.record(nanos);
		double rate = this.gate.rate();
		if (rate >= 1) {
			this.samples.add(nanos + 1);
		}
		else if (this.gate.keeps()) {
			this.samples.add(nanos + 1, rate);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		long nanos = (long) amount;
		long copies = Copies.at(rate);
		this.count.add(copies);
		this.total.add(nanos * copies);
		this.maximum.record(nanos);
		for (int i = Copies.bounded(copies); i > 0; i--) {
			this.histogram.recordLong(nanos);
		}
		this.samples.add(nanos + 1, rate);
	}

	@Override
	public long count() {
		return this.count.sum();
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
	public void write(Packets packets, SampleAccount account) {
		// Also where nobody asks, so that an old one does not stand in the way
		this.maximum.poll();
		this.samples.write(packets, account);
	}

}

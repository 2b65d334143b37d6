package dev.cairn.statsd;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import dev.cairn.metrics.Copies;
import dev.cairn.metrics.RatedMeter;
import dev.cairn.metrics.SamplingGate;
import dev.cairn.metrics.StepMaximum;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer that keeps its samples until the next flush. Recording is nothing but that; its
 * totals are read off the samples by who wants to know them.
 */
final class StatsdTimer extends AbstractTimer implements FlushableMeter, RatedMeter, RatedSamples.Values {

	/** Of what is not among the samples of which all are kept. */
	private final LongAdder otherCount = new LongAdder();

	/** Of the same, in nanoseconds. */
	private final LongAdder otherTotal = new LongAdder();

	private final StepMaximum maximum;

	private final SamplingGate gate;

	private final RatedSamples samples;

	StatsdTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			long stepMillis, SamplingGate gate, Function<RatedSamples.Values, RatedSamples> samples) {
		super(id, clock, config, pauseDetector, unit, false);
		this.maximum = new StepMaximum(clock, stepMillis);
		this.gate = gate;
		this.samples = samples.apply(this);
	}

	@Override
	public double value(long sample) {
		return sample - 1;
	}

	@Override
	public void taken(long sample) {
		this.maximum.record(sample - 1);
	}

	@Override
	public boolean write(SampleLines lines, PacketBuilder packets, long sample) {
		lines.millis(packets, sample - 1);
		return true;
	}

	@Override
	protected void recordNonNegative(long amount, TimeUnit unit) {
		long nanos = unit.toNanos(amount);
		double rate = this.gate.rate();
		if (rate >= 1 && this.samples.add(nanos + 1)) {
			return;
		}
		this.otherCount.increment();
		this.otherTotal.add(nanos);
		this.maximum.record(nanos);
		if (rate < 1 && this.gate.keeps()) {
			this.samples.add(nanos + 1, rate);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		long nanos = (long) amount;
		long copies = Copies.at(rate);
		this.otherCount.add(copies);
		this.otherTotal.add(nanos * copies);
		this.maximum.record(nanos);
		Copies.record(this.histogram, nanos, copies);
		this.samples.add(nanos + 1, rate);
	}

	@Override
	public long count() {
		return this.otherCount.sum() + this.samples.totals().count();
	}

	@Override
	public double totalTime(TimeUnit unit) {
		return (this.otherTotal.sum() + this.samples.totals().sum()) / unit.toNanos(1);
	}

	@Override
	public double max(TimeUnit unit) {
		return Math.max(this.maximum.poll(), this.samples.totals().largestWaiting()) / unit.toNanos(1);
	}

	@Override
	public void write(PacketBuilder packets, SampleAccount account) {
		// Also where nobody asks, so that an old one does not stand in the way
		this.maximum.poll();
		this.samples.write(packets, account);
	}

}

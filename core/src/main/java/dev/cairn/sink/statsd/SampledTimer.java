package dev.cairn.sink.statsd;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

import dev.cairn.DropReason;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * A timer that keeps its samples until the next flush.
 */
final class SampledTimer extends AbstractTimer implements Report {

	private final LongAdder count = new LongAdder();

	/** In nanoseconds. */
	private final LongAdder total = new LongAdder();

	private final StepMaximum maximum;

	private final Samples samples;

	private final SampleLines lines;

	SampledTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
			long stepMillis, Samples samples, SampleLines lines) {
		super(id, clock, config, pauseDetector, unit, false);
		this.maximum = new StepMaximum(clock, stepMillis);
		this.samples = samples;
		this.lines = lines;
	}

	@Override
	protected void recordNonNegative(long amount, TimeUnit unit) {
		long nanos = unit.toNanos(amount);
		this.count.increment();
		this.total.add(nanos);
		this.maximum.record(nanos);
		this.samples.add(nanos + 1);
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
		LongConsumer writer = (sample) -> this.lines.millis(packets, sample - 1);
		this.samples.take(writer);
		this.lines.end(packets);
		long lost = this.samples.takeLost();
		if (lost > 0) {
			account.lost(lost, DropReason.OVERFLOW);
		}
	}

}

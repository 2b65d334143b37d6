package dev.cairn.statsd;

import java.util.DoubleSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Stream;

import dev.cairn.Ledger.DropReason;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.statsd.StatsdLineFactory.Template;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;

/**
 * The samples of a timer or a summary, in several buffers so that threads rarely meet.
 * Count and sum are computed on demand. Thread-safe.
 */
final class MeterSamples implements Consumer<StatsdWriter> {

	private static final int STRIPES = Math.min(Integer.highestOneBit(Runtime.getRuntime().availableProcessors()), 8);

	private final SampleBuffer[] stripes;

	private final Template line;

	private final ObjDoubleConsumer<StatsdWriter> format;

	private final MeterSampling.Rate sampling;

	private final TimeWindowMax maximum;

	/** The largest value since the last flush. */
	private volatile double intervalMax;

	/** The number of values recorded while the meter was off. */
	private final LongAdder off = new LongAdder();

	private final LongAdder sampledOut = new LongAdder();

	/** The sum of the values that are in no buffer. */
	private final DoubleAdder unbufferedSum = new DoubleAdder();

	/** The number of infinite values, which no line can represent. */
	private final LongAdder unencodable = new LongAdder();

	private volatile double rate;

	private byte[] rateText;

	/** The number of samples taken out of the buffers. Guarded by this. */
	private long flushedCount;

	/** The sum of these samples. Guarded by this. */
	private double flushedSum;

	private long sampledOutBefore;

	private long lostBefore;

	MeterSamples(Template line, ObjDoubleConsumer<StatsdWriter> format, MeterSampling.Rate sampling,
			TimeWindowMax maximum, int capacity, SlotPool pool, Runnable hurry) {
		this.line = line;
		this.format = format;
		this.sampling = sampling;
		this.maximum = maximum;
		this.rate = sampling.value();
		this.rateText = StatsdWriter.rate(this.rate);
		this.stripes = Stream.generate(() -> new SampleBuffer(Math.max(1, capacity / STRIPES), pool, hurry))
			.limit(STRIPES)
			.toArray(SampleBuffer[]::new);
	}

	void record(double value) {
		if (value == Double.POSITIVE_INFINITY) {
			this.unencodable.increment();
			return;
		}
		// TimeWindowMax reads the clock, so only new maxima are passed on
		if (value > this.intervalMax) {
			this.intervalMax = value;
			this.maximum.record(value);
		}
		// Threads of a pool have neighboring ids
		if (!isKept() || !this.stripes[(int) Thread.currentThread().getId() & (STRIPES - 1)].add(value)) {
			this.unbufferedSum.add(value);
		}
	}

	private boolean isKept() {
		double current = this.rate;
		if (current >= 1 || (current > 0 && this.sampling.keeps(current))) {
			return true;
		}
		((current > 0) ? this.sampledOut : this.off).increment();
		return false;
	}

	@Override
	public void accept(StatsdWriter writer) {
		this.intervalMax = 0;
		for (SampleBuffer stripe : this.stripes) {
			for (int blocks = close(stripe); blocks > 0; blocks--) {
				double[] samples = writer.samples();
				int count = take(stripe, samples);
				for (int i = 0; i < count; i++) {
					this.format.accept(writer.sample(this.line, this.rateText), samples[i]);
				}
			}
		}
		long sampledOutNow = this.sampledOut.sum();
		writer.sampledOut(sampledOutNow - this.sampledOutBefore);
		this.sampledOutBefore = sampledOutNow;
		long lostNow = lost();
		writer.dropped(lostNow - this.lostBefore, DropReason.OVERFLOW);
		this.lostBefore = lostNow;
		writer.dropped(this.unencodable.sumThenReset(), DropReason.UNENCODABLE);
		refreshRate();
	}

	private synchronized int close(SampleBuffer stripe) {
		return stripe.close();
	}

	/** The lock is not held while the samples are sent: readers need it. */
	private synchronized int take(SampleBuffer stripe, double[] samples) {
		int count = stripe.take(samples);
		this.flushedCount += count;
		for (int i = 0; i < count; i++) {
			this.flushedSum += samples[i];
		}
		return count;
	}

	/** Samples recorded in between count at the new rate, which is close enough. */
	private void refreshRate() {
		double current = this.sampling.value();
		if (current != this.rate) {
			this.rate = current;
			this.rateText = StatsdWriter.rate(current);
		}
	}

	private long lost() {
		long sum = 0;
		for (SampleBuffer stripe : this.stripes) {
			sum += stripe.lost();
		}
		return sum;
	}

	synchronized long count() {
		return this.flushedCount + waiting().getCount() + this.off.sum() + this.sampledOut.sum() + lost();
	}

	synchronized double sum() {
		return this.flushedSum + waiting().getSum() + this.unbufferedSum.sum();
	}

	private DoubleSummaryStatistics waiting() {
		DoubleSummaryStatistics waiting = new DoubleSummaryStatistics();
		for (SampleBuffer stripe : this.stripes) {
			stripe.visit(waiting);
		}
		return waiting;
	}

	double max() {
		return this.maximum.poll();
	}

	/**
	 * A timer that keeps its samples, in nanoseconds, until the next flush.
	 */
	static final class SampledTimer extends AbstractTimer {

		private final MeterSamples samples;

		SampledTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector, TimeUnit unit,
				MeterSamples samples) {
			super(id, clock, config, pauseDetector, unit, false);
			this.samples = samples;
		}

		@Override
		protected void recordNonNegative(long amount, TimeUnit unit) {
			this.samples.record(unit.toNanos(amount));
		}

		@Override
		public long count() {
			return this.samples.count();
		}

		@Override
		public double totalTime(TimeUnit unit) {
			return this.samples.sum() / unit.toNanos(1);
		}

		@Override
		public double max(TimeUnit unit) {
			return this.samples.max() / unit.toNanos(1);
		}

	}

	/**
	 * A summary that keeps its samples until the next flush.
	 */
	static final class SampledSummary extends AbstractDistributionSummary {

		private final MeterSamples samples;

		SampledSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale, MeterSamples samples) {
			super(id, scale, defaultHistogram(clock, config, false));
			this.samples = samples;
		}

		@Override
		protected void recordNonNegative(double amount) {
			this.samples.record(amount);
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

}

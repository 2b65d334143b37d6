package dev.cairn.statsd;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.DropReason;
import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;

/**
 * The samples of a timer or a summary. Recording only stores a sample, in one of several
 * buffers so that threads rarely meet; count, sum and maximum are computed from the
 * samples on demand. Thread-safe.
 */
final class MeterSamples {

	private static final int STRIPES = stripes();

	private final SampleBuffer[] stripes = new SampleBuffer[STRIPES];

	private final SampleFormat format;

	private final LineTemplate line;

	private final MeterSampling.Rate sampling;

	private final Clock clock;

	private final TimeWindowMax maximum;

	/** For how long the maximum includes a sample. */
	private final long maximumMillis;

	/** The number of values that are in no buffer: sampled out, or beyond capacity. */
	private final LongAdder unbufferedCount = new LongAdder();

	private final DoubleAdder unbufferedSum = new DoubleAdder();

	/** The largest of these values since the last flush. */
	private volatile double unbufferedMax;

	private final LongAdder sampledOut = new LongAdder();

	private final LongAdder unencodable = new LongAdder();

	private volatile double rate;

	private byte[] rateText;

	/** The number of samples taken out of the buffers. Guarded by this. */
	private long flushedCount;

	/** The sum of these samples. Guarded by this. */
	private double flushedSum;

	/** The largest sample of the current flush. Guarded by this. */
	private double flushedMax;

	/** When samples were last taken out. Guarded by this. */
	private long flushedAt;

	private long lost;

	/**
	 * Creates an empty instance.
	 * @param format the meaning of a sample
	 * @param line the line of the meter
	 * @param sampling the rate of the meter
	 * @param clock the clock of the registry
	 * @param config the configuration of the meter
	 * @param capacity the approximate number of samples held between two flushes
	 * @param hurry requests a flush
	 */
	MeterSamples(SampleFormat format, LineTemplate line, MeterSampling.Rate sampling, Clock clock,
			DistributionStatisticConfig config, int capacity, Runnable hurry) {
		this.format = format;
		this.line = line;
		this.sampling = sampling;
		this.clock = clock;
		this.maximum = new TimeWindowMax(clock, config);
		this.maximumMillis = maximumMillis(config);
		this.rate = sampling.value();
		this.rateText = StatsdWriter.rate(this.rate);
		this.flushedAt = clock.wallTime();
		for (int i = 0; i < STRIPES; i++) {
			this.stripes[i] = new SampleBuffer(Math.max(1, capacity / STRIPES), hurry);
		}
	}

	private static long maximumMillis(DistributionStatisticConfig config) {
		Duration expiry = config.getExpiry();
		Integer length = config.getBufferLength();
		return (expiry != null && length != null) ? length * expiry.toMillis() : 0;
	}

	private static int stripes() {
		int processors = Runtime.getRuntime().availableProcessors();
		return Math.min(Integer.highestOneBit(Math.max(1, processors)), 8);
	}

	void record(long sample) {
		// Threads of a pool have neighboring ids
		if (!isKept() || !this.stripes[(int) Thread.currentThread().getId() & (STRIPES - 1)].add(sample)) {
			recordUnbuffered(this.format.value(sample));
		}
	}

	private boolean isKept() {
		double current = this.rate;
		if (current >= 1 || (current > 0 && this.sampling.keeps(current))) {
			return true;
		}
		if (current > 0) {
			this.sampledOut.increment();
		}
		return false;
	}

	private void recordUnbuffered(double value) {
		this.unbufferedCount.increment();
		this.unbufferedSum.add(value);
		// TimeWindowMax reads the clock, so only new maxima are passed on
		if (value > this.unbufferedMax) {
			this.unbufferedMax = value;
			this.maximum.record(value);
		}
	}

	/** Counts a value that no line can represent. */
	void recordUnencodable() {
		this.unencodable.increment();
	}

	/** Writes the samples. For the flushing thread. */
	synchronized void flush(StatsdWriter writer) {
		this.flushedMax = 0;
		for (SampleBuffer stripe : this.stripes) {
			stripe.take((sample) -> write(sample, writer));
		}
		this.maximum.record(this.flushedMax);
		this.flushedAt = this.clock.wallTime();
		this.unbufferedMax = 0;
		writer.sampledOut(this.sampledOut.sumThenReset());
		writer.dropped(this.unencodable.sumThenReset(), DropReason.UNENCODABLE);
		writer.dropped(takeLost(), DropReason.OVERFLOW);
		refreshRate();
	}

	private void write(long sample, StatsdWriter writer) {
		double value = this.format.value(sample);
		this.flushedCount++;
		this.flushedSum += value;
		this.flushedMax = Math.max(this.flushedMax, value);
		this.format.write(sample, writer.sample(this.line, this.rateText));
	}

	private long takeLost() {
		long lostNow = 0;
		for (SampleBuffer stripe : this.stripes) {
			lostNow += stripe.lost();
		}
		long increase = lostNow - this.lost;
		this.lost = lostNow;
		return increase;
	}

	/** Samples recorded in between count at the new rate, which is close enough. */
	private void refreshRate() {
		double current = this.sampling.value();
		if (current != this.rate) {
			this.rate = current;
			this.rateText = StatsdWriter.rate(current);
		}
	}

	long count() {
		return totals().count;
	}

	double sum() {
		return totals().sum;
	}

	/** Returns the maximum, including samples that wait unless the clock went on. */
	synchronized double max() {
		double flushed = this.maximum.poll();
		return (this.clock.wallTime() - this.flushedAt < this.maximumMillis) ? Math.max(flushed, totals().waitingMax)
				: flushed;
	}

	private synchronized Totals totals() {
		Totals totals = new Totals(this.flushedCount + this.unbufferedCount.sum(),
				this.flushedSum + this.unbufferedSum.sum());
		for (SampleBuffer stripe : this.stripes) {
			stripe.see((sample) -> totals.add(this.format.value(sample)));
		}
		return totals;
	}

	/**
	 * Count and sum of all samples, and the maximum of those that wait.
	 */
	private static final class Totals {

		private long count;

		private double sum;

		private double waitingMax;

		Totals(long count, double sum) {
			this.count = count;
			this.sum = sum;
		}

		void add(double value) {
			this.count++;
			this.sum += value;
			this.waitingMax = Math.max(this.waitingMax, value);
		}

	}

}

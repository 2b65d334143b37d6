package dev.cairn.metrics;

import java.util.function.LongSupplier;

import dev.cairn.MessageFields;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Trace;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the sampler to meters. Rate 0 turns a meter off. Counters are exact, so any
 * other rate of a counter is refused. A rate of a timer or a summary thins its samples on
 * their way to StatsD, while count, sum and maximum in process stay exact. As a filter it
 * denies meters that are off for good: the application may hold a meter for as long as it
 * runs, so one that is only switched off for a while is not denied. Thread-safe.
 */
public final class MeterSampling implements MeterFilter {

	private static final Logger logger = LoggerFactory.getLogger(MeterSampling.class);

	private final Sampler sampler;

	private final Sampler lasting;

	private final Trace.Source trace;

	private final LongSupplier version;

	private final WarnOnce problems = new WarnOnce(logger);

	/**
	 * Creates an instance.
	 * @param sampler the sampler
	 * @param trace the source of the active trace
	 * @param version supplies a number that grows whenever rates change
	 */
	public MeterSampling(Sampler sampler, Trace.Source trace, LongSupplier version) {
		this(sampler, sampler, trace, version);
	}

	/**
	 * Creates an instance.
	 * @param sampler the sampler
	 * @param lasting the sampler that decides which meters are denied
	 * @param trace the source of the active trace
	 * @param version supplies a number that grows whenever rates change
	 */
	public MeterSampling(Sampler sampler, Sampler lasting, Trace.Source trace, LongSupplier version) {
		this.sampler = sampler;
		this.lasting = lasting;
		this.trace = trace;
		this.version = version;
	}

	/**
	 * Returns an instance that keeps everything.
	 * @return the instance
	 */
	public static MeterSampling keepAll() {
		return new MeterSampling(Sampler.AS_CALLED, Trace.Source.NONE, () -> 0);
	}

	/**
	 * Returns the rate of a meter, which follows changes.
	 * @param id the id of the meter, as the application names it
	 * @return the rate
	 */
	public Rate rateOf(Meter.Id id) {
		return new Rate(id);
	}

	long version() {
		return this.version.getAsLong();
	}

	double resolve(Meter.Id id) {
		return resolve(this.sampler, id);
	}

	private double resolve(Sampler sampler, Meter.Id id) {
		Signal signal = switch (id.getType()) {
			case TIMER, DISTRIBUTION_SUMMARY, LONG_TASK_TIMER -> Signal.TIMER;
			case COUNTER -> Signal.COUNTER;
			default -> null;
		};
		if (signal == null) {
			return 1;
		}
		try {
			double rate = Sampler.checkRate(sampler.rate(new Candidate(id, signal)));
			return (signal == Signal.COUNTER) ? checkCounter(id, rate) : rate;
		}
		catch (RuntimeException ex) {
			this.problems.warn(id.getName(),
					() -> "the sampler failed for the meter '" + id.getName() + "', which is kept: " + ex);
			return 1;
		}
	}

	private double checkCounter(Meter.Id id, double rate) {
		if (rate == 0 || rate == 1) {
			return rate;
		}
		this.problems.warn(id.getName(), () -> "the rate " + rate + " of the counter '" + id.getName()
				+ "' is ignored: counters are exact and only support the rates 0 and 1");
		return 1;
	}

	/** Denies meters that are off for good. */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		return (resolve(this.lasting, id) == 0) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
	}

	/**
	 * The rate of a meter. It is resolved again when rates have changed. Thread-safe.
	 */
	public final class Rate {

		private final Meter.Id id;

		private volatile Resolved resolved;

		private Rate(Meter.Id id) {
			this.id = id;
			this.resolved = new Resolved(version(), resolve(id));
		}

		/**
		 * Returns the fraction to keep.
		 * @return 0 (none) to 1 (all)
		 */
		public double value() {
			Resolved known = this.resolved;
			long now = version();
			if (known.version() != now) {
				known = new Resolved(now, resolve(this.id));
				this.resolved = known;
			}
			return known.rate();
		}

		/**
		 * Returns whether the meter is not turned off.
		 * @return whether the rate is above 0
		 */
		public boolean isOn() {
			return value() > 0;
		}

		/**
		 * Decides about one sample, by the id of the active trace if there is one, so
		 * that the signals of a request agree.
		 * @param rate the rate that applies, above 0 and below 1
		 * @return whether the sample is kept
		 */
		public boolean keeps(double rate) {
			try {
				return Sampler.draw(MeterSampling.this.trace.currentTraceId()) < rate;
			}
			catch (RuntimeException ex) {
				// Without the trace, each sample is decided by itself
				return Sampler.draw(null) < rate;
			}
		}

	}

	private record Resolved(long version, double rate) {
	}

	/**
	 * A meter as seen by the sampler.
	 */
	private record Candidate(Meter.Id id, Signal signal) implements Sampler.Candidate {

		@Override
		public String name() {
			return this.id.getName();
		}

		@Override
		public @Nullable Object field(String key) {
			String value = this.id.getTag(key);
			return (value == null && MessageFields.ROUTE.equals(key)) ? this.id.getTag("uri") : value;
		}

	}

}

package dev.cairn.metrics;

import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Sampler;
import dev.cairn.TraceSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sampler, as it is asked about meters: once for each of them. As a filter it leaves
 * out those of which nothing is kept. Thread-safe.
 */
public final class MeterSampling implements MeterFilter {

	private static final Logger logger = LoggerFactory.getLogger(MeterSampling.class);

	private final Sampler sampler;

	private final TraceSource trace;

	private final LongAdder sampledOut = new LongAdder();

	/**
	 * Create a sampling.
	 * @param sampler knows the rates
	 * @param trace knows the active trace
	 */
	public MeterSampling(Sampler sampler, TraceSource trace) {
		this.sampler = sampler;
		this.trace = trace;
	}

	/**
	 * Return a sampling that keeps everything.
	 * @return a new one, with an account of its own
	 */
	public static MeterSampling keepAll() {
		return new MeterSampling(Sampler.AS_CALLED, TraceSource.NONE);
	}

	/**
	 * Return the gate for the calls on a meter.
	 * @param id the meter, as the application names it
	 * @return the gate
	 */
	public SamplingGate gate(Meter.Id id) {
		return new SamplingGate(rate(id), this.trace, this.sampledOut);
	}

	private double rate(Meter.Id id) {
		MeterCandidate candidate = MeterCandidate.of(id);
		if (candidate == null) {
			return 1;
		}
		try {
			return Sampler.checkRate(this.sampler.rate(candidate));
		}
		catch (RuntimeException ex) {
			logger.warn("Cairn: the sampler failed for the meter {}, which is kept: {}", id.getName(), ex.toString());
			return 1;
		}
	}

	/**
	 * Return how many samples and increments were sampled out by all gates. What is
	 * switched off altogether is not counted.
	 * @return the number
	 */
	public long sampledOut() {
		return this.sampledOut.sum();
	}

	/** Those of which nothing is kept need not be there. */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		return (rate(id) == 0) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
	}

}

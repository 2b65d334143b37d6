package dev.cairn.metrics;

import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Sampler;
import dev.cairn.TraceSource;

/**
 * Decides for each call on a meter whether it is kept: by the id of the trace where there
 * is one, so that the signals of a request agree. Thread-safe; nothing is allocated.
 */
public final class SamplingGate {

	private final double rate;

	private final TraceSource trace;

	private final LongAdder sampledOut;

	/**
	 * Create a gate.
	 * @param rate the fraction to keep, 0 (none) to 1 (all)
	 * @param trace knows the active trace
	 * @param sampledOut counts what is not kept, unless all of it is switched off
	 * @throws IllegalArgumentException when the rate is outside 0 to 1
	 */
	SamplingGate(double rate, TraceSource trace, LongAdder sampledOut) {
		this.rate = Sampler.checkRate(rate);
		this.trace = trace;
		this.sampledOut = sampledOut;
	}

	/**
	 * Return the fraction that is kept.
	 * @return 0 to 1
	 */
	public double rate() {
		return this.rate;
	}

	/**
	 * Decide about a call.
	 * @return whether it is kept
	 */
	public boolean keeps() {
		return keeps(1);
	}

	/**
	 * Decide about a call that asks for a rate itself.
	 * @param callRate what it asks for
	 * @return whether it is kept, at the product of both rates
	 */
	boolean keeps(double callRate) {
		double both = this.rate * callRate;
		if (both >= 1) {
			return true;
		}
		if (both <= 0) {
			return false;
		}
		if (draw() < both) {
			return true;
		}
		this.sampledOut.increment();
		return false;
	}

	private double draw() {
		try {
			return Sampler.draw(this.trace.currentTraceId());
		}
		catch (RuntimeException ex) {
			// Without the trace, the calls of a request are decided one by one
			return Sampler.draw(null);
		}
	}

}

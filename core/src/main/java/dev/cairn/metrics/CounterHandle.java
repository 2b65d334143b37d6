package dev.cairn.metrics;

import io.micrometer.core.instrument.Counter;

/**
 * A counter, resolved once, that may be sampled. Thread-safe.
 */
public final class CounterHandle {

	private final SamplingGate gate;

	private final Recorder<Counter> recorder;

	CounterHandle(SamplingGate gate, Recorder<Counter> recorder) {
		this.gate = gate;
		this.recorder = recorder;
	}

	static void replay(Counter counter, double amount, double rate) {
		counter.increment(amount / rate);
	}

	/**
	 * Add to the counter, if this call is kept.
	 * @param amount by how much; what is not above zero, or not finite, does nothing
	 */
	public void increment(double amount) {
		increment(amount, 1);
	}

	void increment(double amount, double callRate) {
		if (!(amount > 0 && amount < Double.POSITIVE_INFINITY)) {
			return;
		}
		double rate = this.gate.rate() * callRate;
		if (rate >= 1) {
			this.recorder.meter().increment(amount);
		}
		else if (this.gate.keeps(callRate)) {
			this.recorder.record(amount, rate);
		}
	}

}

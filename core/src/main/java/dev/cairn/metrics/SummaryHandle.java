package dev.cairn.metrics;

import io.micrometer.core.instrument.DistributionSummary;

/**
 * A summary, resolved once, that may be sampled. Thread-safe.
 */
final class SummaryHandle {

	private final SamplingGate gate;

	private final Recorder<DistributionSummary> recorder;

	SummaryHandle(SamplingGate gate, Recorder<DistributionSummary> recorder) {
		this.gate = gate;
		this.recorder = recorder;
	}

	static void replay(DistributionSummary summary, double amount, double rate) {
		for (int i = Copies.bounded(Copies.at(rate)); i > 0; i--) {
			summary.record(amount);
		}
	}

	void record(double amount, double callRate) {
		if (!(amount >= 0 && amount < Double.POSITIVE_INFINITY)) {
			return;
		}
		double rate = this.gate.rate() * callRate;
		if (rate >= 1) {
			this.recorder.meter().record(amount);
		}
		else if (this.gate.keeps(callRate)) {
			this.recorder.record(amount, rate);
		}
	}

}

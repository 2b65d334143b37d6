package dev.cairn.metrics;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Timer;

/**
 * A timer, resolved once, that may be sampled. Ask {@link SamplingGate#keeps()} before
 * the time is taken, so that a call that is not kept costs next to nothing. Thread-safe.
 */
public final class TimerHandle {

	private final SamplingGate gate;

	private final Recorder<Timer> recorder;

	TimerHandle(SamplingGate gate, Recorder<Timer> recorder) {
		this.gate = gate;
		this.recorder = recorder;
	}

	static void replay(Timer timer, double nanos, double rate) {
		for (int i = Copies.bounded(Copies.at(rate)); i > 0; i--) {
			timer.record((long) nanos, TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * Return the decision about the calls of this timer.
	 * @return the gate
	 */
	public SamplingGate gate() {
		return this.gate;
	}

	/**
	 * Record a time.
	 * @param nanos the time, in nanoseconds
	 * @param rate the rate at which the call was kept
	 */
	public void record(long nanos, double rate) {
		if (rate >= 1) {
			this.recorder.meter().record(nanos, TimeUnit.NANOSECONDS);
		}
		else {
			this.recorder.record(nanos, rate);
		}
	}

}

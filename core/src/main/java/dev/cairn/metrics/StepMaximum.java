package dev.cairn.metrics;

import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Clock;

/**
 * The largest value of this step and of the one before. Recording reads the clock only
 * for a new maximum. Thread-safe; at the turn of a step one may be taken for the other.
 */
public final class StepMaximum {

	private final Clock clock;

	private final long stepMillis;

	private final AtomicLong current = new AtomicLong();

	private volatile long previous;

	private volatile long turn;

	/**
	 * Create a maximum.
	 * @param clock tells when a step ends
	 * @param stepMillis length of a step, in milliseconds
	 */
	public StepMaximum(Clock clock, long stepMillis) {
		this.clock = clock;
		this.stepMillis = stepMillis;
		this.turn = clock.wallTime() + stepMillis;
	}

	/**
	 * Take a value.
	 * @param value a value that is not negative
	 */
	public void record(long value) {
		if (value > this.current.get()) {
			turn();
			this.current.accumulateAndGet(value, Math::max);
		}
	}

	/**
	 * Return the largest value.
	 * @return the value, 0 without one
	 */
	public long poll() {
		turn();
		return Math.max(this.previous, this.current.get());
	}

	private void turn() {
		long now = this.clock.wallTime();
		long late = now - this.turn;
		if (late >= 0 || late < -2 * this.stepMillis) {
			turn(now, late);
		}
	}

	private synchronized void turn(long now, long late) {
		if (this.turn - now > this.stepMillis || this.turn <= now) {
			long last = this.current.getAndSet(0);
			this.previous = (late < this.stepMillis) ? last : 0;
			this.turn = now + this.stepMillis;
		}
	}

}

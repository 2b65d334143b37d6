package dev.cairn.statsd;

import io.micrometer.core.instrument.cumulative.CumulativeCounter;

/**
 * A counter that ignores amounts that are not positive, or not finite.
 */
final class ExactCounter extends CumulativeCounter {

	ExactCounter(Id id) {
		super(id);
	}

	@Override
	public void increment(double amount) {
		if (amount > 0 && amount < Double.POSITIVE_INFINITY) {
			super.increment(amount);
		}
	}

}

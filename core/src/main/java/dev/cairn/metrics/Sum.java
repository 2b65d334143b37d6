package dev.cairn.metrics;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Adds up what a counter counts: whole amounts exactly up to 2^63, beside the fractions,
 * which would lose them. What is not above zero, or not finite, does nothing.
 * Thread-safe; adding takes no lock.
 */
public final class Sum {

	private final LongAdder whole = new LongAdder();

	private final DoubleAdder fractions = new DoubleAdder();

	/**
	 * Add one.
	 */
	public void increment() {
		this.whole.increment();
	}

	/**
	 * Add an amount.
	 * @param amount the amount
	 */
	public void add(double amount) {
		long integer = (long) amount;
		if (integer == amount && integer != Long.MAX_VALUE) {
			if (integer > 0) {
				this.whole.add(integer);
			}
		}
		else if (amount > 0 && amount < Double.POSITIVE_INFINITY) {
			this.fractions.add(amount);
		}
	}

	/**
	 * Return the sum of the whole amounts.
	 * @return the sum
	 */
	public long whole() {
		return this.whole.sum();
	}

	/**
	 * Return the sum of the others.
	 * @return the sum
	 */
	public double fractions() {
		return this.fractions.sum();
	}

	/**
	 * Return the sum of both.
	 * @return the sum
	 */
	public double total() {
		return whole() + fractions();
	}

}

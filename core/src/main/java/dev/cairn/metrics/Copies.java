package dev.cairn.metrics;

import java.util.concurrent.ThreadLocalRandom;

/**
 * For how many a sample stands that was kept at a rate, as a whole number.
 */
public final class Copies {

	/**
	 * A caller records so many times at the most where it cannot say a number, which
	 * takes well below a tenth of a millisecond. At rates below 0.1 % such meters show
	 * too little.
	 */
	private static final int MOST = 1000;

	private Copies() {
	}

	/**
	 * Return a number that is right on the average.
	 * @param rate the rate at which the sample was kept, above 0
	 * @return the number, at least 1
	 */
	public static long at(double rate) {
		double weight = 1 / rate;
		long whole = (long) weight;
		return (ThreadLocalRandom.current().nextDouble() < weight - whole) ? whole + 1 : whole;
	}

	/**
	 * Return how often to record that.
	 * @param copies for how many it stands
	 * @return how often, at the most
	 */
	public static int bounded(long copies) {
		return (int) Math.min(copies, MOST);
	}

}

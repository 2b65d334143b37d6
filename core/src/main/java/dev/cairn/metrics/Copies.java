package dev.cairn.metrics;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a sample is recorded where one cannot say for how many it stands.
 */
final class Copies {

	/**
	 * A caller waits for so many at the most, well below a tenth of a millisecond. At
	 * rates below 0.1 % such registries count too little.
	 */
	private static final int MOST = 1000;

	private Copies() {
	}

	/** Return a whole number that is right on the average. */
	static int at(double rate) {
		double weight = Math.min(1 / rate, MOST);
		int whole = (int) weight;
		return (ThreadLocalRandom.current().nextDouble() < weight - whole) ? whole + 1 : whole;
	}

}

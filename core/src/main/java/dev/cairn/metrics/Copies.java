package dev.cairn.metrics;

import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.distribution.Histogram;
import io.micrometer.core.instrument.distribution.NoopHistogram;

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
	 * Record a time several times, where somebody asked for a histogram.
	 * @param histogram where to
	 * @param nanos the time
	 * @param copies for how many it stands
	 */
	public static void record(Histogram histogram, long nanos, long copies) {
		for (int i = bounded(histogram, copies); i > 0; i--) {
			histogram.recordLong(nanos);
		}
	}

	/**
	 * Record an amount several times, where somebody asked for a histogram.
	 * @param histogram where to
	 * @param amount the amount
	 * @param copies for how many it stands
	 */
	public static void record(Histogram histogram, double amount, long copies) {
		for (int i = bounded(histogram, copies); i > 0; i--) {
			histogram.recordDouble(amount);
		}
	}

	private static int bounded(Histogram histogram, long copies) {
		return (histogram != NoopHistogram.INSTANCE) ? bounded(copies) : 0;
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

package dev.cairn.statsd;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Formats numbers for StatsD: no exponents and at most nine decimal places.
 */
final class Decimals {

	private static final int PLACES = 9;

	private static final double UNITS = 1e9;

	private static final long LARGEST_WHOLE = 1L << 53;

	private Decimals() {
	}

	/** Returns the part of a number that a line can represent. */
	static double round(double value) {
		return Math.rint(value * UNITS) / UNITS;
	}

	static String format(double value) {
		if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
			return Long.toString((long) value);
		}
		return new BigDecimal(value).setScale(PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
	}

}

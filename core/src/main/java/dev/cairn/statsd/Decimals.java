package dev.cairn.statsd;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Numbers as StatsD reads them: no exponents, at most nine places.
 */
final class Decimals {

	private static final int PLACES = 9;

	private static final double UNITS = 1e9;

	private static final long LARGEST_WHOLE = 1L << 53;

	private Decimals() {
	}

	/** Return what a line can tell of a number. */
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

package dev.cairn.spring.notify;

import java.util.Arrays;

/**
 * Decides which values are far above those before them: more than six times the spread
 * above the median. The spread is the median absolute deviation (MAD), scaled to a
 * standard deviation, but at least a floor. Neither follows a few extreme values.
 */
final class Baseline {

	private static final double FACTOR = 6;

	/** The standard deviation of normally distributed values, in terms of the MAD. */
	private static final double SCALE = 1.4826;

	private final double median;

	private final double deviation;

	Baseline(double[] values) {
		double center = median(values);
		this.median = center;
		this.deviation = SCALE * median(Arrays.stream(values).map((value) -> Math.abs(value - center)).toArray());
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	double median() {
		return this.median;
	}

	double threshold(double floor) {
		return this.median + FACTOR * Math.max(this.deviation, floor);
	}

}

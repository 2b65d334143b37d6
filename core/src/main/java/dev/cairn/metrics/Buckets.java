package dev.cairn.metrics;

/**
 * The borders between the buckets of a distribution: 64 of the same width for every power
 * of two, from 2^-30 to 2^64. The middle of a bucket is within 0.79 % (1/128) of
 * everything in it. Known as log-linear buckets, as in HdrHistogram; here a bucket is
 * read off the bits of a {@code double}: its exponent and the first six of its mantissa.
 */
final class Buckets {

	/** Buckets for each power of two. */
	static final int PER_OCTAVE = 64;

	static final int OCTAVES = 95;

	static final int COUNT = OCTAVES * PER_OCTAVE;

	private static final int SHIFT = 46;

	private static final int LEAST_EXPONENT = -30;

	private static final int BIAS = 1023;

	private static final int OFFSET = (BIAS + LEAST_EXPONENT) * PER_OCTAVE;

	private Buckets() {
	}

	/**
	 * Return the bucket of a value. What is smaller or larger than all of them is in the
	 * first or the last.
	 * @param value a value that is not negative
	 */
	static int of(double value) {
		// Adding zero makes the zero that has a sign the one that has none
		int bucket = (int) (Double.doubleToRawLongBits(value + 0.0) >>> SHIFT) - OFFSET;
		return (bucket <= 0) ? 0 : Math.min(bucket, COUNT - 1);
	}

	/**
	 * Return the value for which a bucket stands. The first is where zeros are.
	 */
	static double middle(int bucket) {
		if (bucket == 0) {
			return 0;
		}
		double low = Double.longBitsToDouble((long) (bucket + OFFSET) << SHIFT);
		double high = Double.longBitsToDouble((long) (bucket + OFFSET + 1) << SHIFT);
		return (low + high) / 2;
	}

}

package dev.cairn.metrics;

/**
 * The buckets of a distribution: 64 of the same width for each power of two, from 2^-30
 * to 2^64. The middle of a bucket is within 0.79 % (1/128) of each of its values. These
 * are log-linear buckets, as in HdrHistogram; the index consists of the exponent and the
 * first six bits of the mantissa of a {@code double}.
 */
final class Buckets {

	/** The number of buckets of a power of two. */
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
	 * Returns the bucket of a value: the first or the last one if the value is beyond.
	 * @param value a value that is not negative
	 */
	static int of(double value) {
		// Adding zero turns a negative zero into a positive one
		int bucket = (int) (Double.doubleToRawLongBits(value + 0.0) >>> SHIFT) - OFFSET;
		return (bucket <= 0) ? 0 : Math.min(bucket, COUNT - 1);
	}

	/**
	 * Returns the value that represents a bucket. The first bucket contains zero.
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

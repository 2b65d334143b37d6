package dev.cairn.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Counts values by bucket, without locks: 64 buckets of the same width for each power of
 * two, from 2^-30 to 2^64, as in HdrHistogram. The middle of a bucket is within 0.79 % of
 * each of its values. Memory is allocated for each power of two when it is first needed.
 */
final class BucketCounts {

	/** The number of buckets of a power of two. */
	static final int PER_OCTAVE = 64;

	private static final int OCTAVES = 95;

	static final int BUCKETS = OCTAVES * PER_OCTAVE;

	private static final int SHIFT = 46;

	private static final int LEAST_EXPONENT = -30;

	private static final int BIAS = 1023;

	/** The error of a bound that was converted to another unit and back. */
	private static final double ROUNDING = 1e-9;

	private static final int OFFSET = (BIAS + LEAST_EXPONENT) * PER_OCTAVE;

	private final AtomicReferenceArray<AtomicLongArray> octaves = new AtomicReferenceArray<>(OCTAVES);

	/** Counts a value that is not negative. */
	void record(double value) {
		int bucket = bucketOf(value);
		AtomicLongArray octave = this.octaves.get(bucket / PER_OCTAVE);
		if (octave == null) {
			octave = create(bucket / PER_OCTAVE);
		}
		octave.getAndIncrement(bucket % PER_OCTAVE);
	}

	private AtomicLongArray create(int octave) {
		this.octaves.compareAndSet(octave, null, new AtomicLongArray(PER_OCTAVE));
		return this.octaves.get(octave);
	}

	/** Returns the first or the last bucket if the value is beyond. */
	private static int bucketOf(double value) {
		// Adding zero turns a negative zero into a positive one
		int bucket = (int) (Double.doubleToRawLongBits(value + 0.0) >>> SHIFT) - OFFSET;
		return Math.max(0, Math.min(bucket, BUCKETS - 1));
	}

	/** Returns the value that represents a bucket. The first bucket contains zero. */
	static double middle(int bucket) {
		if (bucket == 0) {
			return 0;
		}
		return (upperBound(bucket - 1) + upperBound(bucket)) / 2;
	}

	/** Returns the least value of the next bucket. */
	static double upperBound(int bucket) {
		return Double.longBitsToDouble((long) (bucket + OFFSET + 1) << SHIFT);
	}

	/** Returns the bucket with an upper bound, or -1 if there is none. */
	static int endingAt(double upperBound) {
		long nearest = (Double.doubleToRawLongBits(upperBound) + (1L << (SHIFT - 1))) >>> SHIFT;
		long bucket = nearest - OFFSET - 1;
		return (bucket >= 0 && bucket < BUCKETS && Math.abs(upperBound((int) bucket) / upperBound - 1) < ROUNDING)
				? (int) bucket : -1;
	}

	/** Returns the counts as a distribution, and sets them to zero if they are reset. */
	Distribution read(double sum, boolean reset) {
		IntStream.Builder buckets = IntStream.builder();
		LongStream.Builder counts = LongStream.builder();
		for (int bucket = 0; bucket < BUCKETS; bucket++) {
			AtomicLongArray octave = this.octaves.get(bucket / PER_OCTAVE);
			int index = bucket % PER_OCTAVE;
			if (octave != null && octave.get(index) > 0) {
				buckets.add(bucket);
				counts.add(reset ? octave.getAndSet(index, 0) : octave.get(index));
			}
		}
		return Distribution.of(buckets.build().toArray(), counts.build().toArray(), sum);
	}

}

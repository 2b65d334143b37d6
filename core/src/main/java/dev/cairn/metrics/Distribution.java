package dev.cairn.metrics;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The distribution of values: their number in each of a fixed set of buckets. The buckets
 * are the same in every process, so that distributions of several processes or intervals
 * can be merged without loss. Values of timers are nanoseconds. Count and sum are exact;
 * everything else is accurate to 0.8 %. Immutable.
 */
public final class Distribution {

	/** A distribution without values. */
	public static final Distribution EMPTY = new Distribution(new int[0], new long[0], 0);

	/** The buckets that have values, ascending. */
	private final int[] buckets;

	/** The number of values in each of these buckets. */
	private final long[] counts;

	private final long count;

	private final double sum;

	private Distribution(int[] buckets, long[] counts, double sum) {
		this.buckets = buckets;
		this.counts = counts;
		this.count = LongStream.of(counts).sum();
		this.sum = sum;
	}

	static Distribution of(int[] buckets, long[] counts, double sum) {
		return (buckets.length == 0 && sum == 0) ? EMPTY : new Distribution(buckets, counts, sum);
	}

	/** Returns a distribution without counts. */
	static Distribution ofSum(double sum) {
		return of(EMPTY.buckets, EMPTY.counts, sum);
	}

	/**
	 * Returns a distribution from its counts, such as those of another process.
	 * @param counts the number of values by bucket
	 * @param sum the sum of the values
	 * @return the distribution
	 * @throws IllegalArgumentException if a bucket or a count is invalid
	 */
	public static Distribution of(Map<Integer, Long> counts, double sum) {
		SortedMap<Integer, Long> sorted = new TreeMap<>(counts);
		sorted.forEach((bucket, count) -> {
			if (bucket < 0 || bucket >= BucketCounts.BUCKETS || count < 0) {
				throw new IllegalArgumentException("bucket must be 0 to " + (BucketCounts.BUCKETS - 1)
						+ " and its count not negative, but they were " + bucket + " and " + count);
			}
		});
		return of(sorted.keySet().stream().mapToInt(Integer::intValue).toArray(),
				sorted.values().stream().mapToLong(Long::longValue).toArray(), sum);
	}

	/**
	 * Returns the upper bound of a bucket, which itself is in the next one.
	 * @param bucket the bucket, as in {@link #counts()}
	 * @return the upper bound
	 */
	public static double upperBound(int bucket) {
		return BucketCounts.upperBound(bucket);
	}

	/**
	 * Returns the bucket with an upper bound.
	 * @param upperBound the upper bound, within the error of a conversion to another unit
	 * @return the bucket, or -1 if there is none
	 */
	public static int bucketEndingAt(double upperBound) {
		return BucketCounts.endingAt(upperBound);
	}

	/**
	 * Returns the number of values by bucket.
	 * @return counts by bucket, ascending
	 */
	public SortedMap<Integer, Long> counts() {
		SortedMap<Integer, Long> all = new TreeMap<>();
		for (int i = 0; i < this.buckets.length; i++) {
			all.put(this.buckets[i], this.counts[i]);
		}
		return all;
	}

	/**
	 * Returns the distribution of the values of both.
	 * @param other another distribution
	 * @return the merged distribution
	 */
	public Distribution merge(Distribution other) {
		SortedMap<Integer, Long> merged = counts();
		other.counts().forEach((bucket, count) -> merged.merge(bucket, count, Long::sum));
		return of(merged, this.sum + other.sum);
	}

	/**
	 * Returns the number of values.
	 * @return the number
	 */
	public long count() {
		return this.count;
	}

	/**
	 * Returns the sum of the values.
	 * @return the sum
	 */
	public double sum() {
		return this.sum;
	}

	/**
	 * Returns the smallest value.
	 * @return the value, or 0 without one
	 */
	public double min() {
		return (this.buckets.length > 0) ? BucketCounts.middle(this.buckets[0]) : 0;
	}

	/**
	 * Returns the largest value.
	 * @return the value, or 0 without one
	 */
	public double max() {
		return (this.buckets.length > 0) ? BucketCounts.middle(this.buckets[this.buckets.length - 1]) : 0;
	}

	/**
	 * Returns the arithmetic mean.
	 * @return the mean, or 0 without values
	 */
	public double mean() {
		return (this.count > 0) ? this.sum / this.count : 0;
	}

	/**
	 * Returns the standard deviation of the population.
	 * @return the deviation, or 0 without values
	 */
	public double standardDeviation() {
		double middle = average((value) -> value);
		return Math.sqrt(average((value) -> (value - middle) * (value - middle)));
	}

	private double average(DoubleUnaryOperator function) {
		return IntStream.range(0, this.buckets.length)
			.mapToDouble(
					(i) -> function.applyAsDouble(BucketCounts.middle(this.buckets[i])) * this.counts[i] / this.count)
			.sum();
	}

	/**
	 * Returns the smallest value that at least this share of the values does not exceed
	 * (the nearest rank).
	 * @param percentile the share, above 0 and at most 1, such as 0.99
	 * @return the value, or 0 without values
	 * @throws IllegalArgumentException if the share is outside this range
	 */
	public double percentile(double percentile) {
		if (!(percentile > 0 && percentile <= 1)) {
			throw new IllegalArgumentException("percentile must be above 0 and at most 1, but was " + percentile);
		}
		// Slightly less, since 0.07 * 100 is more than 7
		long rank = Math.max(1, (long) Math.ceil(percentile * this.count * (1 - 1e-12)));
		long passed = 0;
		for (int i = 0; i < this.buckets.length; i++) {
			passed += this.counts[i];
			if (passed >= rank) {
				return BucketCounts.middle(this.buckets[i]);
			}
		}
		return 0;
	}

	@Override
	public String toString() {
		return "Distribution[count=" + this.count + ", sum=" + this.sum + "]";
	}

}

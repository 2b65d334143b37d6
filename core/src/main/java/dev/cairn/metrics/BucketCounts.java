package dev.cairn.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts values by bucket. Recording is one atomic addition, and allocates nothing once
 * memory exists for the power of two of the value; there is none for unused ones.
 * Thread-safe.
 */
final class BucketCounts {

	/** The usual number of buckets in use. */
	private static final int FEW = 64;

	private final AtomicReferenceArray<AtomicLongArray> octaves = new AtomicReferenceArray<>(Buckets.OCTAVES);

	void record(double value) {
		int bucket = Buckets.of(value);
		AtomicLongArray octave = this.octaves.get(bucket / Buckets.PER_OCTAVE);
		if (octave == null) {
			octave = create(bucket / Buckets.PER_OCTAVE);
		}
		octave.getAndIncrement(bucket % Buckets.PER_OCTAVE);
	}

	private AtomicLongArray create(int octave) {
		this.octaves.compareAndSet(octave, null, new AtomicLongArray(Buckets.PER_OCTAVE));
		return this.octaves.get(octave);
	}

	/**
	 * Returns the counts as a distribution.
	 * @param sum the sum of the values
	 * @param reset whether to set the counts to zero
	 */
	Distribution read(double sum, boolean reset) {
		int[] buckets = new int[FEW];
		long[] counts = new long[FEW];
		int used = 0;
		for (int i = 0; i < Buckets.OCTAVES; i++) {
			AtomicLongArray octave = this.octaves.get(i);
			if (octave == null) {
				continue;
			}
			for (int j = 0; j < Buckets.PER_OCTAVE; j++) {
				long count = octave.get(j);
				if (count == 0) {
					continue;
				}
				if (used == buckets.length) {
					buckets = Arrays.copyOf(buckets, 2 * used);
					counts = Arrays.copyOf(counts, 2 * used);
				}
				buckets[used] = i * Buckets.PER_OCTAVE + j;
				counts[used++] = reset ? octave.getAndSet(j, 0) : count;
			}
		}
		if (used == 0 && sum == 0) {
			return Distribution.EMPTY;
		}
		return new Distribution(Arrays.copyOf(buckets, used), Arrays.copyOf(counts, used), sum);
	}

	long count() {
		long all = 0;
		for (int i = 0; i < Buckets.OCTAVES; i++) {
			AtomicLongArray octave = this.octaves.get(i);
			for (int j = 0; octave != null && j < Buckets.PER_OCTAVE; j++) {
				all += octave.get(j);
			}
		}
		return all;
	}

}

package dev.cairn.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Counts values by bucket. Recording is one atomic addition, and allocates nothing once
 * memory exists for the power of two of the value; there is none for unused ones.
 * Thread-safe.
 */
final class BucketCounts {

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

	/** Returns the counts as a distribution, and sets them to zero if they are reset. */
	Distribution read(double sum, boolean reset) {
		IntStream.Builder buckets = IntStream.builder();
		LongStream.Builder counts = LongStream.builder();
		for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
			AtomicLongArray octave = this.octaves.get(bucket / Buckets.PER_OCTAVE);
			int index = bucket % Buckets.PER_OCTAVE;
			if (octave != null && octave.get(index) > 0) {
				buckets.add(bucket);
				counts.add(reset ? octave.getAndSet(index, 0) : octave.get(index));
			}
		}
		return Distribution.of(buckets.build().toArray(), counts.build().toArray(), sum);
	}

}

package dev.cairn.host;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.metrics.Distribution;

/**
 * A distribution that was merged from the buckets of several processes. Not thread-safe.
 */
final class Buckets {

	/** Cairn counts nanoseconds, and writes milliseconds. */
	private static final double[] UNITS = { 1, 1e6 };

	private final TreeMap<Double, Long> counts = new TreeMap<>();

	void add(double upperBound, double count) {
		this.counts.merge(upperBound, (long) count, Long::sum);
	}

	long count() {
		return this.counts.values().stream().mapToLong(Long::longValue).sum();
	}

	double percentile(double share) {
		for (double unit : UNITS) {
			Map<Integer, Long> known = known(unit);
			if (known.size() == this.counts.size()) {
				return Distribution.of(known, 0).percentile(share) / unit;
			}
		}
		return upperBound(share);
	}

	/** Returns the counts by Cairn's buckets, without those that it does not have. */
	private Map<Integer, Long> known(double unit) {
		Map<Integer, Long> known = new HashMap<>();
		this.counts.forEach((bound, count) -> {
			int bucket = Distribution.bucketEndingAt(bound * unit);
			if (bucket >= 0) {
				known.put(bucket, count);
			}
		});
		return known;
	}

	/** For the buckets of other programs, the value is at most this. */
	private double upperBound(double share) {
		double rank = share * count() * (1 - 1e-12);
		long passed = 0;
		for (Map.Entry<Double, Long> bucket : this.counts.entrySet()) {
			passed += bucket.getValue();
			if (passed >= rank) {
				return bucket.getKey();
			}
		}
		return 0;
	}

}

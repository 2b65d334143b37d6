package dev.cairn.spring.live;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The buckets of the last minutes, hours or days. Not thread-safe.
 */
final class Window {

	private final BucketSize size;

	private final Supplier<Bucket> factory;

	private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

	Window(BucketSize size, Supplier<Bucket> factory) {
		this.size = size;
		this.factory = factory;
	}

	Bucket at(Instant now) {
		long index = this.size.indexOf(now);
		removeBefore(this.size.firstRetained(index));
		return this.buckets.computeIfAbsent(index, (missing) -> this.factory.get());
	}

	private void removeBefore(long index) {
		this.buckets.headMap(index).clear();
	}

	/** Returns the counts of each bucket with events, by its start. */
	Map<Instant, LiveCounts> counts(Instant now) {
		removeBefore(this.size.firstRetained(this.size.indexOf(now)));
		Map<Instant, LiveCounts> counts = new TreeMap<>();
		this.buckets.forEach((index, bucket) -> counts.put(this.size.startOf(index), bucket.counts()));
		return counts;
	}

	LiveCounts total(Instant now) {
		removeBefore(this.size.firstRetained(this.size.indexOf(now)));
		Bucket total = this.factory.get();
		this.buckets.values().forEach((bucket) -> bucket.addTo(total));
		return total.counts();
	}

}

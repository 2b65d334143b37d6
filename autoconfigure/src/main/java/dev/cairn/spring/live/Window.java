package dev.cairn.spring.live;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.spring.live.CairnEventsEndpoint.CountsDescriptor;
import dev.cairn.spring.live.CairnEventsEndpoint.WindowDescriptor;

/**
 * The buckets of the last minutes, hours or days. Not thread-safe.
 */
final class Window {

	private final BucketSize size;

	private final VisitorCounter.Factory visitors;

	private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

	Window(BucketSize size, VisitorCounter.Factory visitors) {
		this.size = size;
		this.visitors = visitors;
	}

	Bucket at(Instant now) {
		removeOld(now);
		return this.buckets.computeIfAbsent(this.size.indexOf(now), (missing) -> new Bucket(this.visitors.create()));
	}

	private void removeOld(Instant now) {
		this.buckets.headMap(this.size.firstRetained(now)).clear();
	}

	WindowDescriptor describe(Instant now, boolean sketches) {
		removeOld(now);
		Bucket total = new Bucket(this.visitors.create());
		Map<Instant, CountsDescriptor> slots = new TreeMap<>();
		this.buckets.forEach((index, bucket) -> {
			bucket.addTo(total);
			slots.put(this.size.startOf(index), bucket.describe(sketches));
		});
		return new WindowDescriptor(total.describe(sketches), slots);
	}

}

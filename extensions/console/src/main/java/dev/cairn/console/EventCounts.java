package dev.cairn.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Counts messages by type. The number of types is bounded; further ones are counted
 * together. Thread-safe.
 */
final class EventCounts {

	static final int MAX_TYPES = 100;

	static final String OTHER = "other";

	private final Map<String, Count> types = new ConcurrentHashMap<>();

	private final InstantSource clock;

	EventCounts(InstantSource clock) {
		this.clock = clock;
	}

	void published(String type) {
		Count count = count(type);
		count.published.increment();
		count.last = this.clock.millis();
	}

	void sampledOut(String type) {
		count(type).sampledOut.increment();
	}

	void lost(String type) {
		count(type).lost.increment();
	}

	private Count count(String type) {
		Count known = this.types.get(type);
		if (known == null) {
			known = this.types.computeIfAbsent((this.types.size() < MAX_TYPES) ? type : OTHER, (name) -> new Count());
		}
		return known;
	}

	/** Returns the counts by type, in their order. */
	Map<String, Count> byType() {
		return new TreeMap<>(this.types);
	}

	/** The counts of a type. */
	static final class Count {

		private final LongAdder published = new LongAdder();

		private final LongAdder sampledOut = new LongAdder();

		private final LongAdder lost = new LongAdder();

		private volatile long last;

		long published() {
			return this.published.sum();
		}

		long sampledOut() {
			return this.sampledOut.sum();
		}

		long lost() {
			return this.lost.sum();
		}

		@Nullable Instant last() {
			return (this.last != 0) ? Instant.ofEpochMilli(this.last) : null;
		}

	}

}

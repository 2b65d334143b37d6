package dev.cairn.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a destination has sent to, or could not send to. Missing topics are for
 * one thread, all else for any.
 */
final class KafkaTopics {

	private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_TOPICS = 1000;

	/** Missing topics, and when to ask for them again. */
	private final Map<String, Long> missing = new HashMap<>();

	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

	/** Records that are on their way, by topic. */
	private final Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();

	private final AtomicInteger others = new AtomicInteger();

	void missing(String topic) {
		if (this.missing.size() < MAX_TOPICS) {
			this.missing.put(topic, System.nanoTime() + MISSING_NANOS);
		}
	}

	/** Each further record for a missing topic would wait as long as the first one. */
	boolean isMissing(String topic) {
		this.missing.computeIfPresent(topic, (name, until) -> (System.nanoTime() - until > 0) ? null : until);
		return this.missing.containsKey(topic);
	}

	/** Returns the number of partitions, if it is known. */
	@Nullable Integer partitions(String topic) {
		return this.partitions.get(topic);
	}

	/**
	 * Records that the producer has taken a record, so that it has the metadata, and the
	 * number of partitions is there without waiting. Returns whether it was not known
	 * before.
	 */
	boolean sent(String topic, Producer<?, ?> producer) {
		if (!this.partitions.containsKey(topic) && this.partitions.size() < MAX_TOPICS) {
			try {
				this.partitions.put(topic, Math.max(1, producer.partitionsFor(topic).size()));
				return true;
			}
			catch (RuntimeException ex) {
				// The producer was closed; the next record will do
			}
		}
		return false;
	}

	/** Returns how many records of a topic are on their way, which the caller counts. */
	AtomicInteger onTheirWay(String topic) {
		AtomicInteger known = this.sent.get(topic);
		if (known != null) {
			return known;
		}
		return (this.sent.size() < MAX_TOPICS) ? this.sent.computeIfAbsent(topic, (name) -> new AtomicInteger())
				: this.others;
	}

}

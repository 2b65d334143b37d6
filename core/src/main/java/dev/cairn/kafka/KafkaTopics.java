package dev.cairn.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a destination has sent to, or could not send to. Partitions may be read
 * by any thread; all else is for one thread.
 */
final class KafkaTopics {

	private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_TOPICS = 1000;

	/** Missing topics, and when to ask for them again. */
	private final Map<String, Long> missing = new HashMap<>();

	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

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
	 * Learns the number of partitions. The metadata is there once a record is
	 * acknowledged, so this does not block.
	 */
	void acknowledged(String topic, Producer<?, ?> producer) {
		if (!this.partitions.containsKey(topic) && this.partitions.size() < MAX_TOPICS) {
			try {
				this.partitions.put(topic, Math.max(1, producer.partitionsFor(topic).size()));
			}
			catch (RuntimeException ex) {
				// The producer was closed; the next record will do
			}
		}
	}

}

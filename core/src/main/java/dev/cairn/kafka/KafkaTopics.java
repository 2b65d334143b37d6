package dev.cairn.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that a destination has sent to, or could not send to. Missing topics are for
 * one thread, partitions for any.
 */
final class KafkaTopics {

	private static final Logger logger = LoggerFactory.getLogger(KafkaDestination.class);

	private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_TOPICS = 1000;

	/** Missing topics, and when to ask for them again. */
	private final Map<String, Long> missing = new HashMap<>();

	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

	private final Supplier<@Nullable String> clientLog;

	KafkaTopics(Supplier<@Nullable String> clientLog) {
		this.clientLog = clientLog;
	}

	void missing(String topic) {
		if (this.missing.size() < MAX_TOPICS) {
			this.missing.put(topic, System.nanoTime() + MISSING_NANOS);
		}
	}

	/** Each further record for a missing topic would wait as long as the first one. */
	boolean isMissing(String topic) {
		return !this.missing.isEmpty() && this.missing.computeIfPresent(topic,
				(name, until) -> (System.nanoTime() - until > 0) ? null : until) != null;
	}

	/** Returns the number of partitions, if it is known. */
	@Nullable Integer partitions(String topic) {
		return this.partitions.get(topic);
	}

	/** The producer has taken a record, so it has the number of partitions. */
	void sent(String topic, Producer<?, ?> producer) {
		if (this.partitions.containsKey(topic) || this.partitions.size() >= MAX_TOPICS) {
			return;
		}
		int number;
		try {
			number = Math.max(1, producer.partitionsFor(topic).size());
		}
		catch (RuntimeException ex) {
			// The producer was closed; the next record will do
			return;
		}
		this.partitions.put(topic, number);
		if (number == 1 && KafkaFailures.isUnknownTopic(topic, this.clientLog.get())) {
			logger.warn(
					"Cairn: the cluster has created the topic {}, which was missing, with one partition. Only one "
							+ "consumer of a group can read it. Create it with more, or declare a NewTopic bean",
					topic);
		}
	}

}

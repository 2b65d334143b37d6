package dev.cairn.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that a destination has sent to, or could not send to. Thread-safe.
 */
final class KafkaTopics {

	private static final Logger logger = LoggerFactory.getLogger(KafkaDestination.class);

	/** The time after which a topic that was given up is looked up again. */
	private static final long LOOK_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_TOPICS = 1000;

	private final Map<String, MissingTopic> missing = new ConcurrentHashMap<>();

	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

	private final Supplier<@Nullable String> clientLog;

	/** The time for which a topic may be missing before its records are lost. */
	private final long missingNanos;

	KafkaTopics(Supplier<@Nullable String> clientLog, Duration missing) {
		this.clientLog = clientLog;
		this.missingNanos = missing.toNanos();
	}

	/** The cluster has answered that it has no such topic. */
	void missing(String topic) {
		long now = System.nanoTime();
		if (this.missing.size() < MAX_TOPICS) {
			this.missing.merge(topic, new MissingTopic(now, now),
					(known, latest) -> new MissingTopic(known.since(), latest.latest()));
		}
	}

	/**
	 * Returns whether a topic was given up a short time ago. Each further record for it
	 * would wait as long as the first one.
	 */
	boolean isMissing(String topic) {
		MissingTopic known = this.missing.get(topic);
		return known != null && isGivenUp(known) && System.nanoTime() - known.latest() <= LOOK_UP_NANOS;
	}

	/**
	 * Returns whether a record is not sent again. A cluster that starts, or that is about
	 * to create the topic, answers for some time that the topic is missing.
	 */
	boolean isLoss(Exception outcome, String topic) {
		if (!KafkaFailures.isMissingTopic(outcome)) {
			return KafkaFailures.isRefusal(outcome);
		}
		MissingTopic known = this.missing.get(topic);
		return known == null || isGivenUp(known);
	}

	private boolean isGivenUp(MissingTopic topic) {
		return topic.latest() - topic.since() >= this.missingNanos;
	}

	/** Returns the number of partitions, if it is known. */
	@Nullable Integer partitions(String topic) {
		return this.partitions.get(topic);
	}

	/** The producer has taken a record, so it has the number of partitions. */
	void sent(String topic, Producer<?, ?> producer) {
		this.missing.remove(topic);
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

	/**
	 * A topic that the cluster does not have.
	 *
	 * @param since when the cluster has answered so for the first time
	 * @param latest when it has answered so for the last time
	 */
	private record MissingTopic(long since, long latest) {
	}

}

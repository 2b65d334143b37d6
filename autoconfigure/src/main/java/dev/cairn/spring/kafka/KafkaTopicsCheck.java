package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import dev.cairn.spring.doctor.DoctorCheck;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster for the topics without placeholders: finds those that are missing,
 * have one partition, or take smaller messages than Cairn sends.
 *
 * @param producer the settings of the producer
 * @param topics the topics
 * @param maxBytes the size of the largest message
 * @param log holds what the client has logged
 */
record KafkaTopicsCheck(Map<String, Object> producer, Set<String> topics, int maxBytes,
		ClientLog log) implements DoctorCheck {

	/** The thread that calls it. */
	static final String THREAD = "cairn-doctor-check";

	/** Added to the id of the producer's client. */
	static final String CLIENT_SUFFIX = "-doctor";

	/** Shorter than the deadline of a check. */
	private static final int TIMEOUT_MILLIS = 7_000;

	@Override
	public String name() {
		return "kafka-topics";
	}

	@Override
	public List<Finding> examine() throws InterruptedException {
		List<Finding> findings = new ArrayList<>();
		if (this.topics.isEmpty()) {
			return findings;
		}
		Admin admin = null;
		try {
			admin = Admin.create(settings(this.producer));
			examine(admin, findings);
		}
		catch (ExecutionException | KafkaException ex) {
			Throwable reason = (ex instanceof ExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
			String logged = this.log.last();
			findings.add(new Finding(
					"The topics cannot be looked up: " + reason
							+ ((logged != null) ? ". Kafka's client: " + logged : ""),
					String.join(", ", this.topics), "Events may be lost once the disk or the queue is full",
					"cairn.kafka.bootstrap-servers=<host>:<port>, or the right to describe the topics"));
		}
		finally {
			if (admin != null) {
				admin.close(Duration.ZERO);
			}
		}
		return findings;
	}

	static Map<String, Object> settings(Map<String, Object> producer) {
		Map<String, Object> settings = new HashMap<>(producer);
		settings.keySet().retainAll(AdminClientConfig.configNames());
		settings.put(ProducerConfig.CLIENT_ID_CONFIG, producer.get(ProducerConfig.CLIENT_ID_CONFIG) + CLIENT_SUFFIX);
		settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
		settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
		// Without a broker, a client that bootstraps again does so hundreds of times a
		// second
		settings.putIfAbsent(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
		return settings;
	}

	private void examine(Admin admin, List<Finding> findings) throws InterruptedException, ExecutionException {
		for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : admin.describeTopics(this.topics)
			.topicNameValues()
			.entrySet()) {
			String name = topic.getKey();
			TopicDescription description = getIfExists(topic.getValue());
			if (description == null) {
				findings.add(new Finding("The cluster has no topic " + name, name,
						"Events wait until it exists, or a broker creates it with one partition",
						"@Bean NewTopic events() { return TopicBuilder.name(\"" + name
								+ "\").partitions(6).build(); }"));
				continue;
			}
			if (description.partitions().size() == 1) {
				findings.add(new Finding("The topic " + name + " has one partition", name,
						"One consumer at a time can read it, and one broker takes the load",
						"kafka-topics.sh --alter --topic " + name + " --partitions 6"));
			}
			examineSize(name, admin, findings);
		}
	}

	private void examineSize(String name, Admin admin, List<Finding> findings)
			throws InterruptedException, ExecutionException {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
		Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
		ConfigEntry limit = (config != null) ? config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG) : null;
		if (limit != null && limit.value() != null && Long.parseLong(limit.value()) < this.maxBytes) {
			findings.add(new Finding(
					"The topic " + name + " takes messages of " + limit.value() + " bytes, and Cairn sends up to "
							+ this.maxBytes,
					name, "Larger messages are shortened and sent once more, or refused",
					"kafka-configs.sh --alter --topic " + name + " --add-config max.message.bytes=" + this.maxBytes
							+ ", or cairn.limits.max-message-size=" + limit.value() + "B"));
		}
	}

	/** Returns {@code null} if the cluster has no such topic. */
	static <T> @Nullable T getIfExists(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof UnknownTopicOrPartitionException) {
				return null;
			}
			throw ex;
		}
	}

}

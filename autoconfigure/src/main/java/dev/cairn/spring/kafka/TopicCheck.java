package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

import dev.cairn.internal.Threads;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Logs the topics that are missing when the application starts.
 */
final class TopicCheck implements SmartInitializingSingleton, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(TopicCheck.class);

	static final String THREAD = "cairn-kafka-topics";

	/** Added to the id of the producer's client. */
	static final String CLIENT_SUFFIX = "-topics";

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Map<String, Object> producer;

	private final Set<String> topics;

	private final ClientLog log;

	private final Thread thread = Threads.daemon(this::check, THREAD);

	TopicCheck(Map<String, Object> producer, Set<String> topics, ClientLog log) {
		this.producer = producer;
		this.topics = topics;
		this.log = log;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.topics.isEmpty()) {
			this.thread.start();
		}
	}

	static Map<String, Object> settings(Map<String, Object> producer, String clientSuffix, int timeoutMillis) {
		Map<String, Object> settings = new HashMap<>(producer);
		settings.keySet().retainAll(AdminClientConfig.configNames());
		settings.put(ProducerConfig.CLIENT_ID_CONFIG, producer.get(ProducerConfig.CLIENT_ID_CONFIG) + clientSuffix);
		settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis);
		settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis);
		// Without a broker, a client that bootstraps again does so hundreds of times a
		// second
		settings.putIfAbsent(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
		return settings;
	}

	private void check() {
		Set<String> missing = new TreeSet<>();
		Admin admin = null;
		try {
			admin = Admin.create(settings(this.producer, CLIENT_SUFFIX, TIMEOUT_MILLIS));
			for (Map.Entry<String, KafkaFuture<?>> topic : Map
				.<String, KafkaFuture<?>>copyOf(admin.describeTopics(this.topics).topicNameValues())
				.entrySet()) {
				if (KafkaTopicsCheck.getIfExists(topic.getValue()) == null) {
					missing.add(topic.getKey());
				}
			}
		}
		catch (InterruptedException ex) {
			// The application stops
		}
		catch (Exception ex) {
			Throwable reason = (ex instanceof ExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
			String clientLog = this.log.last();
			logger.warn("Cairn: cannot check the topics {}: {}{}", this.topics, reason.toString(),
					(clientLog != null) ? ". Kafka's client: " + clientLog : "");
		}
		finally {
			if (admin != null) {
				admin.close(Duration.ZERO);
			}
		}
		if (!missing.isEmpty()) {
			logger.warn("Cairn: the cluster has no topics {}. Create them, or declare a NewTopic bean for each",
					missing);
		}
	}

	@Override
	public void destroy() {
		this.thread.interrupt();
		Threads.join(this.thread, Threads.deadline(Duration.ofMillis(500)));
	}

}

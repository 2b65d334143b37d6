package dev.cairn.kafka;

import java.io.UncheckedIOException;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the failures of a producer.
 */
final class KafkaFailures {

	private static final String ADVERTISED = "this host can reach the advertised.listeners of all brokers";

	private KafkaFailures() {
	}

	/** Returns whether the cluster will never accept this very record. */
	static boolean isRefusal(Exception outcome) {
		return isTooLarge(outcome) || outcome instanceof InvalidTopicException
				|| outcome instanceof TopicAuthorizationException || outcome instanceof InvalidRecordException
				|| outcome instanceof InvalidTimestampException || outcome instanceof SerializationException
				|| outcome instanceof PolicyViolationException;
	}

	static boolean isTooLarge(Exception outcome) {
		return outcome instanceof RecordTooLargeException || outcome instanceof RecordBatchTooLargeException;
	}

	/** Returns whether the cluster answers, but has no such topic. */
	static boolean isMissingTopic(@Nullable Exception outcome) {
		return outcome instanceof TimeoutException timeout
				&& timeout.getCause() instanceof UnknownTopicOrPartitionException;
	}

	/** Returns whether the client has logged that the cluster does not have the topic. */
	static boolean isUnknownTopic(String topic, @Nullable String clientLog) {
		return clientLog != null && (clientLog.contains(topic + "=" + Errors.UNKNOWN_TOPIC_OR_PARTITION)
				|| clientLog.contains(topic + "=" + Errors.LEADER_NOT_AVAILABLE));
	}

	/** Returns a failure with its remedy, where the client does not name it. */
	static Exception explain(Exception failure, @Nullable String clientLog) {
		String remedy = remedy(failure, clientLog);
		if (remedy == null && clientLog == null) {
			return failure;
		}
		StringBuilder text = new StringBuilder(withoutDot(String.valueOf(failure.getMessage())));
		if (clientLog != null) {
			text.append(". Kafka's client: ").append(withoutDot(clientLog));
		}
		if (remedy != null) {
			text.append(". ").append(remedy);
		}
		return new KafkaException(text.toString(), failure.getCause());
	}

	private static String withoutDot(String text) {
		return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
	}

	private static @Nullable String remedy(Exception failure, @Nullable String clientLog) {
		if (failure instanceof SslAuthenticationException) {
			return "Check security.protocol, ssl.truststore.location and ssl.keystore.location";
		}
		if (failure instanceof AuthenticationException) {
			return "Check security.protocol, sasl.mechanism, and the user name and password in sasl.jaas.config";
		}
		if (clientLog != null && clientLog.contains(Errors.MESSAGE_TOO_LARGE.name())) {
			return "Check that cairn.limits.max-message-size is less than max.message.bytes of the topic";
		}
		String message = String.valueOf(failure.getMessage());
		if (failure instanceof TimeoutException && message.contains("metadata")) {
			return "Check that bootstrap.servers can be reached, that security.protocol is that of their listener, and "
					+ "that " + ADVERTISED;
		}
		if (failure instanceof TimeoutException && message.startsWith("Expiring")) {
			return "Check that " + ADVERTISED;
		}
		if (failure instanceof ClassCastException) {
			return "The keys and values that partitioner.class receives are byte arrays";
		}
		String configuration = (failure.getCause() instanceof ConfigException config)
				? String.valueOf(config.getMessage()) : "";
		if (configuration.contains("No resolvable bootstrap")) {
			return "Check the host names in bootstrap.servers: none of them can be resolved";
		}
		if (configuration.contains("bootstrap")) {
			return "Set bootstrap.servers to pairs of host:port, such as localhost:9092";
		}
		return null;
	}

	/** Returns whether the same producer will do when the cause is gone. */
	static boolean isPassing(Exception failure) {
		return failure instanceof RetriableException || failure instanceof InterruptException
				|| failure instanceof AuthenticationException || failure instanceof AuthorizationException
				|| failure instanceof UncheckedIOException;
	}

}

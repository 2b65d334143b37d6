package dev.cairn.kafka;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The topic and the key of messages. Both may have placeholders for values of a message,
 * such as <code>{service}</code> or <code>{fields.order_id|trace_id}</code>, of which the
 * first one that is present counts. Immutable.
 */
public final class KafkaAddress {

	private static final Pattern NOT_IN_TOPICS = Pattern.compile("[^a-zA-Z0-9._-]");

	private static final int MAX_TOPIC_LENGTH = 249;

	private final MessageTemplate topic;

	private final MessageTemplate key;

	/**
	 * Creates an address.
	 * @param topic the topic of a message; characters of values that Kafka does not allow
	 * become underscores
	 * @param key the key of a message, which decides on the partition and therefore on
	 * the order; a message that lacks the values has no key
	 * @throws IllegalArgumentException if a placeholder is unknown, or if Kafka would
	 * refuse the topic of any message
	 */
	public KafkaAddress(String topic, String key) {
		this.topic = MessageTemplate.of(topic);
		this.key = MessageTemplate.of(key);
		String fixed = this.topic.literals();
		if (NOT_IN_TOPICS.matcher(fixed).find()) {
			throw new IllegalArgumentException(
					"the topic '" + topic + "' must only contain the characters [a-zA-Z0-9._-]");
		}
		if (fixed.length() > MAX_TOPIC_LENGTH) {
			throw new IllegalArgumentException("a topic must have at most " + MAX_TOPIC_LENGTH + " characters");
		}
		if (this.topic.isLiteral() && (fixed.isEmpty() || fixed.equals(".") || fixed.equals(".."))) {
			throw new IllegalArgumentException("'" + fixed + "' is not a valid name of a topic");
		}
	}

	String topicOf(Message message) {
		if (this.topic.isLiteral()) {
			return this.topic.toString();
		}
		String expanded = this.topic.expand(message);
		String name = NOT_IN_TOPICS.matcher((expanded != null) ? expanded : this.topic.toString()).replaceAll("_");
		return name.substring(0, Math.min(name.length(), MAX_TOPIC_LENGTH));
	}

	byte @Nullable [] keyOf(Message message) {
		String expanded = this.key.expand(message);
		return (expanded != null) ? expanded.getBytes(StandardCharsets.UTF_8) : null;
	}

}

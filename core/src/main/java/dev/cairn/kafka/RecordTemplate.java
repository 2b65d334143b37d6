package dev.cairn.kafka;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The address and the format of records, with placeholders. Immutable.
 */
final class RecordTemplate {

	private static final Pattern NOT_IN_TOPICS = Pattern.compile("[^a-zA-Z0-9._-]");

	private static final int MAX_TOPIC_LENGTH = 249;

	private final MessageTemplate topic;

	private final MessageTemplate key;

	private final MessageTemplate schema;

	private final @Nullable MessageEncoder encoder;

	RecordTemplate(String topic, String key, String schema, @Nullable MessageEncoder encoder) {
		this.schema = MessageTemplate.of(schema);
		this.encoder = encoder;
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

	@Nullable String fixedTopic() {
		return this.topic.isLiteral() ? this.topic.toString() : null;
	}

	@Nullable MessageEncoder encoder() {
		return this.encoder;
	}

	String topic(Message message) {
		Message.Address own = message.address();
		if (own != null && own.topic() != null) {
			return own.topic();
		}
		if (this.topic.isLiteral()) {
			return this.topic.toString();
		}
		String expanded = this.topic.expand(message);
		String name = NOT_IN_TOPICS.matcher((expanded != null) ? expanded : this.topic.toString()).replaceAll("_");
		return name.substring(0, Math.min(name.length(), MAX_TOPIC_LENGTH));
	}

	/** With an empty key, all records would be in one partition. */
	byte @Nullable [] key(Message message) {
		Message.Address own = message.address();
		String expanded = (own != null && own.key() != null) ? own.key() : this.key.expand(message);
		return (expanded != null && !expanded.isEmpty()) ? expanded.getBytes(StandardCharsets.UTF_8) : null;
	}

	/** Returns {@code null} if there is none, or the message lacks a value. */
	@Nullable String schema(Message message) {
		String uri = this.schema.expand(message);
		return (uri == null || uri.isEmpty()) ? null : uri;
	}

}

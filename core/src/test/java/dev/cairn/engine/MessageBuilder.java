package dev.cairn.engine;

import java.time.Instant;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.redaction.Redactor;

/**
 * Builds messages, as the engine does, without publishing them.
 */
public final class MessageBuilder {

	private static final CallbackExecutor CALLBACKS = new CallbackExecutor(Thread::new);

	private final Pipeline pipeline;

	private final EventBuilder event;

	/**
	 * Starts a message.
	 * @param type the type of the message
	 * @param origin the origin of the message
	 * @param limits the limits of the fields
	 * @param redactor removes secrets
	 */
	public MessageBuilder(String type, Origin origin, Limits limits, Redactor redactor) {
		CairnBuilder cairn = new CairnBuilder(origin).limits(limits).redactor(redactor);
		this.pipeline = new Pipeline(cairn, cairn.signals, CALLBACKS);
		this.event = this.pipeline.newEvent(type);
	}

	public MessageBuilder field(String key, Object value) {
		this.event.field(key, value);
		return this;
	}

	public MessageBuilder fields(Map<String, ?> fields) {
		this.event.fields(fields);
		return this;
	}

	public MessageBuilder category(Category category) {
		this.event.category(category);
		return this;
	}

	public MessageBuilder severity(Severity severity) {
		this.event.severity(severity);
		return this;
	}

	public MessageBuilder address(String topic, String key, Map<String, String> headers) {
		this.event.topic(topic).key(key);
		headers.forEach(this.event::header);
		return this;
	}

	public MessageBuilder payload(String payload) {
		this.event.payload(payload);
		return this;
	}

	public MessageBuilder logger(String logger) {
		this.event.logger(logger);
		return this;
	}

	public MessageBuilder timestamp(Instant timestamp) {
		this.event.timestamp(timestamp);
		return this;
	}

	public MessageBuilder trace(Trace trace) {
		this.event.trace(trace);
		return this;
	}

	public MessageBuilder thrown(Throwable thrown) {
		this.event.thrown(thrown);
		return this;
	}

	public Message build() {
		return this.pipeline.build(this.event);
	}

}

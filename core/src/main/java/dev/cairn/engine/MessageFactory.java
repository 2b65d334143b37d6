package dev.cairn.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.Message.Limits;
import dev.cairn.MessageFields;
import dev.cairn.Origin;
import dev.cairn.internal.Fields;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Creates the messages of a service, whose values are copied within the limits and
 * without secrets.
 */
record MessageFactory(Origin origin, Limits limits, Redactor redactor, InstantSource clock,
		@Nullable BiConsumer<JsonGenerator, Object> mapper) {

	/** Creates the message of an event. Its id and time are assigned the first time. */
	Message create(EventValues event) {
		if (event.id == null) {
			Instant now = this.clock.instant();
			event.id = Message.newId(now);
			event.timestamp = (event.timestamp != null) ? event.timestamp : now;
		}
		ValueCopier copier = new ValueCopier(event.fields.limits(), this.redactor, this.mapper);
		Fields fields = event.fields.copy(copier);
		if (event.errorId != null) {
			fields = fields.with(MessageFields.ERROR_ID, event.errorId);
		}
		if (event.keptRate < 1) {
			fields = fields.with(MessageFields.RATE, event.keptRate);
		}
		String payload = copier.copyText("", event.payload());
		String name = event.logger();
		String logger = (name != null) ? copyName(name, copier) : this.origin.service();
		return new Message(event.id, event.name(), Objects.requireNonNull(event.timestamp), logger, event.severity(),
				payload, fields, this.origin, event.trace, event.category(),
				event.fields.isIncomplete() || copier.truncated, event.thrown(), address(event));
	}

	private @Nullable Address address(EventValues event) {
		if (event.topic == null && event.key == null && event.headers.isEmpty()) {
			return null;
		}
		ValueCopier copier = newCopier();
		Map<String, String> headers = new LinkedHashMap<>();
		copier.copyMap(event.headers, 0).forEach((name, value) -> headers.put(name, String.valueOf(value)));
		return new Address(event.topic, (event.key != null) ? copier.copyText("", event.key) : null, headers);
	}

	/**
	 * Copies a finished message of another service, whose fields keep their names.
	 * @param rate the fraction that was kept, in addition to that of the sender
	 */
	Message copy(Message message, double rate) {
		ValueCopier copier = newCopier();
		Map<String, @Nullable Object> sent = message.fields();
		if (rate < 1) {
			sent = new LinkedHashMap<>(sent);
			sent.put(MessageFields.RATE, rate * MessageFields.rate(message));
		}
		Fields fields = copier.copyMap(sent, 0);
		String payload = copier.copyText("", message.payload());
		String logger = copyName(message.logger(), copier);
		return new Message(message.id(), message.type(), message.timestamp(), logger, message.severity(), payload,
				fields, message.origin(), message.trace(), message.category(), message.truncated() || copier.truncated,
				message.thrown(), message.address());
	}

	private ValueCopier newCopier() {
		return new ValueCopier(this.limits, this.redactor, this.mapper);
	}

	private static String copyName(String name, ValueCopier copier) {
		return copier.copyText("", copier.name(name));
	}

}

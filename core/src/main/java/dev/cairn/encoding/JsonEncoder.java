package dev.cairn.encoding;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.ApplicationFrames;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.MessageFields;
import dev.cairn.Origin;
import dev.cairn.Trace;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Throwables;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/**
 * Encodes a message as one JSON object per line. Thread-safe.
 */
final class JsonEncoder implements MessageEncoder {

	/** The last line that was written; {@code null} while it is in use. */
	private final AtomicReference<@Nullable JsonLine> idle = new AtomicReference<>();

	private final Envelope envelope;

	/** Encoded once: most messages are of one origin. */
	private volatile @Nullable WrittenOrigin origin;

	private final Redactor redactor;

	private final ApplicationFrames application;

	private JsonEncoder(Envelope envelope, Redactor redactor, ApplicationFrames application) {
		this.envelope = envelope;
		this.redactor = redactor;
		this.application = application;
	}

	static JsonEncoder cairn(Redactor redactor, ApplicationFrames application) {
		return new JsonEncoder(JsonEncoder::writeCairn, redactor, application);
	}

	static JsonEncoder metlog(Redactor redactor, ApplicationFrames application) {
		return new JsonEncoder(JsonEncoder::writeMetlog, redactor, application);
	}

	/**
	 * Returns an encoder for Cairn's envelope with all that is needed to read it back.
	 */
	static JsonEncoder stored(Redactor redactor, ApplicationFrames application) {
		return new JsonEncoder(JsonEncoder::writeStored, redactor, application);
	}

	@Override
	public Encoded encode(Message message, int maxBytes) throws TooLargeException {
		Content content = new Content(message.payload(), fields(message), message.truncated());
		byte[] line = write(message, content);
		if (line.length <= maxBytes) {
			return new Encoded(line, message.truncated());
		}
		Truncation truncation = new Truncation(content);
		while (line.length > maxBytes) {
			if (!truncation.shorten(line.length - maxBytes)) {
				throw new TooLargeException(message.type(), line.length, maxBytes);
			}
			line = write(message, truncation.content());
		}
		return new Encoded(line, true);
	}

	private Map<String, @Nullable Object> fields(Message message) {
		Throwable thrown = message.thrown();
		if (thrown == null) {
			return message.fields();
		}
		Object description = redact(Throwables.describe(thrown, this.application::contains));
		return Fields.copyOf(message.fields()).with(MessageFields.EXCEPTION, Objects.requireNonNull(description));
	}

	private @Nullable Object redact(@Nullable Object value) {
		if (value instanceof String text) {
			return this.redactor.redact(text);
		}
		if (value instanceof List<?> list) {
			return list.stream().map(this::redact).toList();
		}
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> redacted = new LinkedHashMap<>();
			map.forEach((key, element) -> redacted.put(key, redact(element)));
			return redacted;
		}
		return value;
	}

	private byte[] write(Message message, Content content) {
		return write(this.envelope, message, content);
	}

	private byte[] write(Envelope envelope, Message message, Content content) {
		JsonLine known = this.idle.getAndSet(null);
		JsonLine line = (known != null) ? known : new JsonLine();
		JsonGenerator json = line.generator();
		json.writeStartObject();
		envelope.write(this, json, message, content);
		json.writeEndObject();
		byte[] written = line.take();
		this.idle.set(line);
		return written;
	}

	private void writeCairn(JsonGenerator json, Message message, Content content) {
		json.writeStringProperty("id", message.id());
		writeHead(json, message, content);
		json.writeName("fields");
		JsonValues.write(json, content.fields());
		json.writeRaw(origin(message, content));
		Trace trace = message.trace();
		if (trace != null) {
			json.writeStringProperty("trace_id", trace.traceId());
			json.writeStringProperty("span_id", trace.spanId());
		}
		if (message.category() != null) {
			json.writeStringProperty("category", message.category().wireName());
		}
		if (content.truncated()) {
			json.writeBooleanProperty("truncated", true);
		}
	}

	/** Returns the properties of an origin, with a comma before them. */
	private SerializableString origin(Message message, Content content) {
		WrittenOrigin known = this.origin;
		if (known == null || !known.origin().equals(message.origin())) {
			byte[] object = write(JsonEncoder::writeOrigin, message, content);
			String properties = new String(object, 1, object.length - 2, StandardCharsets.UTF_8);
			known = new WrittenOrigin(message.origin(), new SerializedString("," + properties));
			this.origin = known;
		}
		return known.properties();
	}

	private void writeOrigin(JsonGenerator json, Message message, Content content) {
		json.writeStringProperty("env_version", Message.ENV_VERSION);
		Origin from = message.origin();
		JsonValues.writeText(json, "service", from.service());
		JsonValues.writeText(json, "environment", from.environment());
		JsonValues.writeText(json, "release", from.release());
		JsonValues.writeText(json, "hostname", from.hostname());
		json.writeNumberProperty("pid", from.pid());
	}

	private void writeStored(JsonGenerator json, Message message, Content content) {
		writeCairn(json, message, content);
		if (message.trace() != null) {
			json.writeBooleanProperty("sampled", message.trace().sampled());
		}
		Address address = message.address();
		if (address != null) {
			Map<String, @Nullable Object> values = new LinkedHashMap<>();
			values.put("topic", address.topic());
			values.put("key", address.key());
			values.put("headers", address.headers());
			json.writeName("address");
			JsonValues.write(json, values);
		}
	}

	/** A field of the application that has the name of another value is renamed. */
	private void writeMetlog(JsonGenerator json, Message message, Content content) {
		writeHead(json, message, content);
		Fields fields = Fields.copyOf(content.fields()).with("id", message.id());
		fields = withPresent(fields, "service", message.origin().service());
		fields = withPresent(fields, "environment", message.origin().environment());
		fields = withPresent(fields, "release", message.origin().release());
		Trace trace = message.trace();
		fields = withPresent(fields, "trace_id", (trace != null) ? trace.traceId() : null);
		fields = withPresent(fields, "span_id", (trace != null) ? trace.spanId() : null);
		Category category = message.category();
		fields = withPresent(fields, "category", (category != null) ? category.wireName() : null);
		fields = withPresent(fields, "truncated", content.truncated() ? true : null);
		json.writeName("fields");
		JsonValues.write(json, fields);
		json.writeStringProperty("env_version", "0.8");
		json.writeNumberProperty("metlog_pid", message.origin().pid());
		JsonValues.writeText(json, "metlog_hostname", message.origin().hostname());
	}

	private static Fields withPresent(Fields fields, String name, @Nullable Object value) {
		return (value != null) ? fields.with(name, value) : fields;
	}

	private static void writeHead(JsonGenerator json, Message message, Content content) {
		json.writeStringProperty("type", message.type());
		json.writeName("timestamp");
		byte[] timestamp = Timestamps.format(message.timestamp());
		json.writeRawUTF8String(timestamp, 0, timestamp.length);
		JsonValues.writeText(json, "logger", message.logger());
		json.writeNumberProperty("severity", message.severity().code());
		JsonValues.writeText(json, "payload", content.payload());
	}

	@FunctionalInterface
	private interface Envelope {

		void write(JsonEncoder encoder, JsonGenerator json, Message message, Content content);

	}

	/** The properties of an origin as JSON. */
	private record WrittenOrigin(Origin origin, SerializableString properties) {
	}

	/**
	 * The part of a message that may be truncated.
	 */
	record Content(String payload, Map<String, @Nullable Object> fields, boolean truncated) {
	}

}

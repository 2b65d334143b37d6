package dev.cairn.collector;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * Translates CloudEvents 1.0 into the envelope. The attributes without a place there
 * become fields with the prefix {@code ce_}. An id that is no UUID becomes one that is
 * always the same for the id and the source.
 */
final class CloudEvents {

	/** The header that all events in binary mode have. */
	static final String VERSION_HEADER = "ce-specversion";

	private static final String HEADER_PREFIX = "ce-";

	private static final String FIELD_PREFIX = "ce_";

	private static final String VERSION = "1.0";

	private CloudEvents() {
	}

	/** Translates an event in structured mode. */
	static Received toMessage(Received event) {
		if (event.refusal() != null) {
			return event;
		}
		Map<String, @Nullable Object> attributes = new LinkedHashMap<>(event.values());
		Object data = attributes.remove("data");
		Object base64 = attributes.remove("data_base64");
		try {
			return toMessage(attributes, (base64 != null) ? decode(base64) : data);
		}
		catch (RefusedException ex) {
			return new Received(event.values(), ex);
		}
	}

	private static Received toMessage(Map<String, @Nullable Object> attributes, @Nullable Object data)
			throws RefusedException {
		if (!VERSION.equals(attributes.remove("specversion"))) {
			throw new RefusedException("specversion", "must be 1.0");
		}
		Map<String, @Nullable Object> message = new LinkedHashMap<>();
		Object id = attributes.remove("id");
		if (!(id instanceof String name) || name.isEmpty()) {
			throw new RefusedException("id", "is required");
		}
		Object source = attributes.remove("source");
		if (!(source instanceof String from) || from.isEmpty()) {
			throw new RefusedException("source", "is required");
		}
		message.put("id", toUuid(name, from));
		message.put("type", attributes.remove("type"));
		message.put("timestamp", attributes.remove("time"));
		Trace trace = (attributes.remove("traceparent") instanceof String parent) ? Trace.parse(parent) : null;
		if (trace != null) {
			message.put("trace_id", trace.traceId());
			message.put("span_id", trace.spanId());
		}
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		if (data instanceof Map<?, ?> values) {
			values.forEach((key, value) -> fields.put(String.valueOf(key), value));
		}
		else if (data instanceof String text) {
			message.put("payload", text);
		}
		else if (data != null) {
			fields.put("data", data);
		}
		fields.put(FIELD_PREFIX + "id", name);
		fields.put(FIELD_PREFIX + "source", from);
		attributes.forEach((attribute, value) -> fields.put(FIELD_PREFIX + attribute, value));
		message.put("fields", fields);
		return new Received(message, null);
	}

	/** Returns a version 8 UUID, unless the id is one. */
	static String toUuid(String id, String source) {
		if (Envelope.isUuid(id)) {
			return id;
		}
		UUID hash = UUID.nameUUIDFromBytes((source + "\n" + id).getBytes(StandardCharsets.UTF_8));
		return new UUID((hash.getMostSignificantBits() & ~0xF000L) | 0x8000L, hash.getLeastSignificantBits())
			.toString();
	}

	private static Object decode(Object base64) throws RefusedException {
		try {
			if (base64 instanceof String text) {
				return text(Base64.getDecoder().decode(text));
			}
		}
		catch (IllegalArgumentException ex) {
			// As a value that is no text
		}
		throw new RefusedException("data_base64", "must be a string in Base64");
	}

	/** Returns the text, or bytes that are none in Base64. */
	private static String text(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return Base64.getEncoder().encodeToString(bytes);
		}
	}

	/**
	 * Reads an event whose attributes are headers, and whose data is the body.
	 *
	 * @param json reads the data
	 */
	record Binary(JsonReader json) implements Decoder {

		@Override
		public List<Received> decode(CollectorRequest request, byte[] body) throws RefusedException {
			Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
			request.headers().forEach((name, value) -> {
				if (name.startsWith(HEADER_PREFIX)) {
					attributes.put(name.substring(HEADER_PREFIX.length()), unescape(value));
				}
			});
			String type = request.contentType();
			boolean isJson = type.endsWith("/json") || type.endsWith("+json");
			Object data = (body.length == 0) ? null : isJson ? this.json.readValue(body) : text(body);
			try {
				return List.of(toMessage(attributes, data));
			}
			catch (RefusedException ex) {
				return List.of(new Received(attributes, ex));
			}
		}

		/** Other characters than those of headers are escaped as in addresses. */
		private static String unescape(String value) {
			try {
				return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
			}
			catch (IllegalArgumentException ex) {
				return value;
			}
		}

	}

}

package dev.cairn.encoding;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import dev.cairn.ApplicationFrames;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes messages in Cairn's envelope, with the flag of their trace, and reads them back.
 * An exception is read back as its description in the fields. Thread-safe.
 */
public class MessageCodec {

	private final JsonFactory json = JsonFactory.builder().build();

	private final Redactor redactor;

	private final MessageEncoder encoder;

	private final int maxBytes;

	/**
	 * Creates a codec.
	 * @param redactor redacts the texts of exceptions
	 * @param application identifies the application's own frames
	 * @param maxBytes the maximum length of a record
	 */
	public MessageCodec(Redactor redactor, ApplicationFrames application, int maxBytes) {
		this.redactor = redactor;
		this.encoder = JsonEncoder.stored(redactor, application);
		this.maxBytes = maxBytes;
	}

	/**
	 * Masks the secrets in a text that is written with a message.
	 * @param text the text
	 * @return the text without secrets
	 */
	public String redact(String text) {
		return this.redactor.redact(text);
	}

	/**
	 * Writes a message.
	 * @param message the message
	 * @return the record, without a line feed
	 * @throws TooLargeException if nothing is left to truncate
	 */
	public byte[] write(Message message) throws TooLargeException {
		return this.encoder.encode(message, this.maxBytes).bytes();
	}

	/**
	 * Reads a message.
	 * @param rec the record, as {@link #write} has written it
	 * @return the message
	 * @throws RuntimeException if the record is not a message
	 */
	public Message read(byte[] rec) {
		try (JsonParser parser = this.json.createParser(ObjectReadContext.empty(), rec)) {
			parser.nextToken();
			return message(new Envelope(map(parser)));
		}
	}

	private static Message message(Envelope envelope) {
		Origin origin = new Origin(envelope.required("service"), envelope.text("environment"), envelope.text("release"),
				envelope.required("hostname"), envelope.number("pid"));
		String traceId = envelope.text("trace_id");
		Trace trace = (traceId != null) ? new Trace(traceId, envelope.required("span_id"), envelope.flag("sampled"))
				: null;
		String category = envelope.text("category");
		return new Message(envelope.required("id"), envelope.required("type"),
				Instant.parse(envelope.required("timestamp")), envelope.required("logger"),
				Severity.of((int) envelope.number("severity")), envelope.required("payload"), envelope.fields(), origin,
				trace, (category != null) ? Category.valueOf(category.toUpperCase(Locale.ROOT)) : null,
				envelope.flag("truncated"), null, address(envelope.values().get("address")));
	}

	private static @Nullable Address address(@Nullable Object value) {
		if (!(value instanceof Map<?, ?> address)) {
			return null;
		}
		Map<String, String> headers = new LinkedHashMap<>();
		if (address.get("headers") instanceof Map<?, ?> stored) {
			stored.forEach((name, header) -> headers.put(String.valueOf(name), String.valueOf(header)));
		}
		return new Address((String) address.get("topic"), (String) address.get("key"), headers);
	}

	private static Map<String, @Nullable Object> map(JsonParser parser) {
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			throw new IllegalArgumentException("expected an object, but was " + parser.currentToken());
		}
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			map.put(name, value(parser));
		}
		return map;
	}

	private static @Nullable Object value(JsonParser parser) {
		return switch (Objects.requireNonNull(parser.currentToken())) {
			case START_OBJECT -> map(parser);
			case START_ARRAY -> list(parser);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT -> integer(parser.getBigIntegerValue());
			// As it was written: 0.1 is no sum of powers of two
			case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			default -> throw new IllegalArgumentException("expected a value, but was " + parser.currentToken());
		};
	}

	private static Number integer(BigInteger integer) {
		return (integer.bitLength() < Long.SIZE) ? (Number) integer.longValue() : integer;
	}

	private static List<@Nullable Object> list(JsonParser parser) {
		List<@Nullable Object> list = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			list.add(value(parser));
		}
		return list;
	}

	/**
	 * The properties of a record.
	 */
	private record Envelope(Map<String, @Nullable Object> values) {

		@Nullable String text(String name) {
			return (String) this.values.get(name);
		}

		String required(String name) {
			return Objects.requireNonNull(text(name), name);
		}

		long number(String name) {
			return (Long) Objects.requireNonNull(this.values.get(name), name);
		}

		boolean flag(String name) {
			return Boolean.TRUE.equals(this.values.get(name));
		}

		@SuppressWarnings("unchecked")
		Map<String, @Nullable Object> fields() {
			return (Map<String, @Nullable Object>) Objects.requireNonNull(this.values.get("fields"), "fields");
		}

	}

}

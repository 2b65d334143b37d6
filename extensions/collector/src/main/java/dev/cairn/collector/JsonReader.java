package dev.cairn.collector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads messages from the JSON of strangers. What is wrong with one message does not
 * affect the others, unless it is no JSON. Thread-safe.
 */
final class JsonReader {

	/** Beyond, the rest is not even read. */
	private static final int MAX_NESTING = 500;

	private final JsonFactory json = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
		.build();

	private final int maxDepth;

	private final int maxMessages;

	/**
	 * Creates a reader.
	 * @param maxDepth the maximum depth of objects and arrays in a message
	 * @param maxMessages the maximum number of messages in an array
	 */
	JsonReader(int maxDepth, int maxMessages) {
		this.maxDepth = maxDepth;
		this.maxMessages = maxMessages;
	}

	void checkNumber(int messages) throws RefusedException {
		if (messages > this.maxMessages) {
			throw new RefusedException(413, "the body has more than " + this.maxMessages + " messages");
		}
	}

	/** Reads a line, which is one message. */
	Received readLine(byte[] bytes, int offset, int length) {
		try {
			return parse(bytes, offset, length, this::message);
		}
		catch (RefusedException ex) {
			return new Received(Map.of(), ex);
		}
	}

	/** Reads one message, or an array of them. */
	List<Received> read(byte[] bytes, int offset, int length) throws RefusedException {
		return parse(bytes, offset, length, (parser) -> (parser.currentToken() == JsonToken.START_ARRAY) ? array(parser)
				: List.of(message(parser)));
	}

	/** Reads any value. */
	@Nullable Object readValue(byte[] bytes) throws RefusedException {
		Optional<Object> read = parse(bytes, 0, bytes.length, (parser) -> {
			Reading reading = new Reading(parser);
			Object value = reading.value(0);
			if (reading.refusal != null) {
				throw reading.refusal;
			}
			return Optional.ofNullable(value);
		});
		return read.orElse(null);
	}

	private <T> T parse(byte[] bytes, int offset, int length, Parsing<T> parsing) throws RefusedException {
		try (JsonParser parser = this.json.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
			if (parser.nextToken() == null) {
				throw new RefusedException(400, "the body is empty");
			}
			T result = parsing.read(parser);
			if (parser.nextToken() != null) {
				throw new RefusedException(400, "the body continues after the end of its JSON");
			}
			return result;
		}
		catch (StreamConstraintsException ex) {
			throw new RefusedException(400, "the body exceeds a limit: " + ex.getOriginalMessage());
		}
		catch (JacksonException ex) {
			throw new RefusedException(400, "the body is no JSON: " + ex.getOriginalMessage());
		}
	}

	private List<Received> array(JsonParser parser) throws RefusedException {
		List<Received> messages = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			checkNumber(messages.size() + 1);
			messages.add(message(parser));
		}
		return messages;
	}

	private Received message(JsonParser parser) {
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			parser.skipChildren();
			return Received.refused(null, "a message must be an object");
		}
		Reading reading = new Reading(parser);
		Map<String, @Nullable Object> values = reading.object(0);
		return new Received(values, reading.refusal);
	}

	@FunctionalInterface
	private interface Parsing<T> {

		T read(JsonParser parser) throws RefusedException;

	}

	/**
	 * Reads one message to its end, whatever is wrong with it.
	 */
	private final class Reading {

		private final JsonParser parser;

		private @Nullable RefusedException refusal;

		Reading(JsonParser parser) {
			this.parser = parser;
		}

		Map<String, @Nullable Object> object(int depth) {
			Map<String, @Nullable Object> object = new LinkedHashMap<>();
			while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.parser.currentName();
				this.parser.nextToken();
				int before = object.size();
				object.put(name, value(depth));
				if (object.size() == before) {
					refuse(name, "the name occurs twice");
				}
			}
			return object;
		}

		private @Nullable Object value(int depth) {
			return switch (Objects.requireNonNull(this.parser.currentToken())) {
				case START_OBJECT -> isTooDeep(depth + 1) ? null : object(depth + 1);
				case START_ARRAY -> isTooDeep(depth + 1) ? null : list(depth + 1);
				case VALUE_STRING -> this.parser.getString();
				case VALUE_NUMBER_INT -> integer(this.parser.getBigIntegerValue());
				// As it was written: 0.1 is no sum of powers of two
				case VALUE_NUMBER_FLOAT -> decimal();
				case VALUE_TRUE -> true;
				case VALUE_FALSE -> false;
				default -> null;
			};
		}

		/** The exponent may have any number of digits. */
		private @Nullable BigDecimal decimal() {
			try {
				return this.parser.getDecimalValue();
			}
			catch (NumberFormatException | ArithmeticException ex) {
				refuse(null, "a number has too large an exponent");
				return null;
			}
		}

		private List<@Nullable Object> list(int depth) {
			List<@Nullable Object> list = new ArrayList<>();
			while (this.parser.nextToken() != JsonToken.END_ARRAY) {
				list.add(value(depth));
			}
			return list;
		}

		private boolean isTooDeep(int depth) {
			if (depth <= JsonReader.this.maxDepth) {
				return false;
			}
			this.parser.skipChildren();
			refuse(null, "the message is nested more than " + JsonReader.this.maxDepth + " deep");
			return true;
		}

		private void refuse(@Nullable String field, String reason) {
			this.refusal = (this.refusal != null) ? this.refusal : new RefusedException(field, reason);
		}

		private static Number integer(BigInteger integer) {
			return (integer.bitLength() < Long.SIZE) ? (Number) integer.longValue() : integer;
		}

	}

}

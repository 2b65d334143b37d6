package dev.cairn.console;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes JSON in which no browser finds anything but texts: markup, quotes and all
 * characters outside ASCII are escaped. Thread-safe.
 */
final class Json {

	/** The maximum size of a body. */
	static final int MAX_BYTES = 4 * 1024 * 1024;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
		.characterEscapes(new Escapes())
		.build();

	private Json() {
	}

	/**
	 * Writes a value.
	 * @param value maps, iterables, texts, numbers, booleans, instants and null
	 * @return the JSON, which is ASCII
	 * @throws TooLargeException if it is larger than a body may be
	 */
	static byte[] write(@Nullable Object value) throws TooLargeException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
			write(json, value, out);
		}
		if (out.size() > MAX_BYTES) {
			throw new TooLargeException();
		}
		return out.toByteArray();
	}

	private static void write(JsonGenerator json, @Nullable Object value, ByteArrayOutputStream out)
			throws TooLargeException {
		if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				json.writeName(wellFormed(String.valueOf(entry.getKey())));
				write(json, entry.getValue(), out);
			}
			json.writeEndObject();
		}
		else if (value instanceof Iterable<?> list) {
			json.writeStartArray();
			for (Object element : list) {
				write(json, element, out);
			}
			json.writeEndArray();
		}
		else if (value instanceof Boolean flag) {
			json.writeBoolean(flag);
		}
		else if (value instanceof Number number) {
			writeNumber(json, number);
		}
		else if (value == null) {
			json.writeNull();
		}
		else {
			json.writeString(wellFormed((value instanceof Instant time) ? time.toString() : Text.of(value)));
		}
		if (out.size() > MAX_BYTES) {
			throw new TooLargeException();
		}
	}

	private static void writeNumber(JsonGenerator json, Number number) {
		if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
			json.writeNumber(number.intValue());
		}
		else if (number instanceof Long) {
			json.writeNumber(number.longValue());
		}
		else if (number instanceof Double || number instanceof Float) {
			double value = number.doubleValue();
			if (Double.isFinite(value)) {
				json.writeNumber(value);
			}
			else {
				json.writeNull();
			}
		}
		else {
			// A reader would change a number that is larger than a double
			json.writeString(Text.of(number));
		}
	}

	/** Replaces unpaired surrogates, which readers refuse. */
	private static String wellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c)) {
				return text.codePoints()
					.map((point) -> (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) ? 0xfffd
							: point)
					.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
					.toString();
			}
		}
		return text;
	}

	/** The value is larger than a body may be. */
	static final class TooLargeException extends Exception {

		private static final long serialVersionUID = 1L;

		TooLargeException() {
			super("The answer has more than " + MAX_BYTES + " bytes");
		}

	}

	private static final class Escapes extends CharacterEscapes {

		private static final long serialVersionUID = 1L;

		private static final int[] CODES = codes();

		private static int[] codes() {
			int[] codes = standardAsciiEscapesForJSON();
			for (char c : "<>&'".toCharArray()) {
				codes[c] = ESCAPE_STANDARD;
			}
			codes[0x7f] = ESCAPE_STANDARD;
			return codes;
		}

		@Override
		public int[] getEscapeCodesForAscii() {
			return CODES;
		}

		@Override
		public @Nullable SerializableString getEscapeSequence(int c) {
			return null;
		}

	}

}

package dev.cairn.encoding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the values of {@code fields}. An unpaired surrogate is replaced: readers refuse
 * the whole line because of it. A number that a reader would change is written as a
 * string: most readers have no other numbers than those of 64-bit floating point.
 */
final class JsonValues {

	/** Beyond, a 64-bit floating point number has no room for the last digit. */
	private static final long MAX_EXACT_LONG = 1L << 53;

	private static final BigInteger MAX_EXACT = BigInteger.valueOf(MAX_EXACT_LONG);

	private JsonValues() {
	}

	static void writeText(JsonGenerator json, String name, @Nullable String text) {
		if (text != null) {
			json.writeStringProperty(name, wellFormed(text));
		}
	}

	static void write(JsonGenerator json, @Nullable Object value) {
		if (value instanceof String text) {
			json.writeString(wellFormed(text));
		}
		else if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			map.forEach((key, element) -> {
				json.writeName(wellFormed(String.valueOf(key)));
				write(json, element);
			});
			json.writeEndObject();
		}
		else if (value instanceof List<?> list) {
			json.writeStartArray();
			list.forEach((element) -> write(json, element));
			json.writeEndArray();
		}
		else if (value == null) {
			json.writeNull();
		}
		else if (value instanceof Boolean bool) {
			json.writeBoolean(bool);
		}
		else {
			writeNumber(json, (Number) value);
		}
	}

	private static void writeNumber(JsonGenerator json, Number number) {
		if (!isExact(number)) {
			json.writeString(number.toString());
		}
		else if (number instanceof Float single) {
			// As it prints, not as the double that is nearest to it
			json.writeNumber(single);
		}
		else if (number instanceof Double real) {
			json.writeNumber(real);
		}
		else if (number instanceof BigDecimal decimal) {
			json.writeNumber(decimal);
		}
		else if (number instanceof BigInteger integer) {
			json.writeNumber(integer);
		}
		else {
			json.writeNumber(number.longValue());
		}
	}

	/** Returns whether a 64-bit floating point number has the same digits. */
	private static boolean isExact(Number number) {
		if (number instanceof BigDecimal decimal) {
			double nearest = decimal.doubleValue();
			return Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(decimal) == 0;
		}
		if (number instanceof BigInteger integer) {
			return integer.abs().compareTo(MAX_EXACT) <= 0;
		}
		return number instanceof Double || number instanceof Float
				|| Math.abs(number.longValue()) <= MAX_EXACT_LONG && number.longValue() != Long.MIN_VALUE;
	}

	private static String wellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				// Decoding replaces each half
				return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
			}
		}
		return text;
	}

}

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
 * the whole line because of it.
 */
final class JsonValues {

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
		if (number instanceof Float single) {
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

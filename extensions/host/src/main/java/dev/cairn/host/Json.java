package dev.cairn.host;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists, texts and numbers, with Jackson's streaming API.
 */
final class Json {

	private static final JsonFactory JSON = new JsonFactory();

	/** Whole numbers are written without decimals up to here. */
	private static final double MAX_WHOLE = 1L << 53;

	private Json() {
	}

	static byte[] write(Object value) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
			write(json, value);
		}
		return out.toByteArray();
	}

	private static void write(JsonGenerator json, @Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			map.forEach((name, member) -> {
				json.writeName(String.valueOf(name));
				write(json, member);
			});
			json.writeEndObject();
		}
		else if (value instanceof List<?> list) {
			json.writeStartArray();
			list.forEach((element) -> write(json, element));
			json.writeEndArray();
		}
		else if (value instanceof Double number && Double.isFinite(number)) {
			// Without an exponent, for shells
			boolean whole = number == Math.rint(number) && Math.abs(number) <= MAX_WHOLE;
			json.writeNumber(whole ? String.valueOf(number.longValue()) : BigDecimal.valueOf(number).toPlainString());
		}
		else {
			json.writeString(String.valueOf(value));
		}
	}

	static @Nullable Object read(byte[] content) {
		try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
			json.nextToken();
			return read(json);
		}
	}

	private static @Nullable Object read(JsonParser json) {
		JsonToken token = json.currentToken();
		if (token == JsonToken.START_OBJECT) {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			while (json.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = json.currentName();
				json.nextToken();
				map.put(name, read(json));
			}
			return map;
		}
		if (token == JsonToken.START_ARRAY) {
			List<@Nullable Object> list = new ArrayList<>();
			while (json.nextToken() != JsonToken.END_ARRAY) {
				list.add(read(json));
			}
			return list;
		}
		if (token != null && token.isNumeric()) {
			return json.getDoubleValue();
		}
		return (token == JsonToken.VALUE_NULL) ? null : json.getString();
	}

}

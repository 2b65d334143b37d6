package dev.cairn.sample.e2e;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON; decimals as they are written.
 */
final class Json {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private Json() {
	}

	static JsonNode tree(String text) {
		return MAPPER.readTree(text);
	}

	static JsonNode tree(byte[] text) {
		return MAPPER.readTree(text);
	}

	static <T> T read(String text, Class<T> type) {
		return MAPPER.readValue(text, type);
	}

}

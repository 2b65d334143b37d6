package dev.cairn.engine;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;

/**
 * Writes maps and lists as JSON for people to read, always alike.
 */
final class SchemaWriter {

	private SchemaWriter() {
	}

	static String write(Map<String, Object> schema) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JsonFactory.builder().build().createGenerator(new Indented(), text)) {
			write(json, schema);
		}
		return text.append('\n').toString();
	}

	private static void write(JsonGenerator json, Object value) {
		if (value instanceof Map<?, ?> map) {
			json.writeStartObject();
			inOrder(map).forEach((key, element) -> {
				json.writeName(String.valueOf(key));
				write(json, element);
			});
			json.writeEndObject();
		}
		else if (value instanceof List<?> list) {
			json.writeStartArray();
			list.forEach((element) -> write(json, element));
			json.writeEndArray();
		}
		else if (value instanceof Integer number) {
			json.writeNumber(number);
		}
		else if (value instanceof Boolean bool) {
			json.writeBoolean(bool);
		}
		else {
			json.writeString(String.valueOf(value));
		}
	}

	/** A map without an order of its own has another one in every process. */
	private static Map<?, ?> inOrder(Map<?, ?> map) {
		return (map instanceof LinkedHashMap<?, ?>) ? map : new TreeMap<>(map);
	}

	private static final class Indented extends ObjectWriteContext.Base {

		@Override
		public boolean hasPrettyPrinter() {
			return true;
		}

		@Override
		public PrettyPrinter getPrettyPrinter() {
			DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
			return new DefaultPrettyPrinter(
					Separators.createDefaultInstance().withObjectNameValueSpacing(Spacing.AFTER))
				.withObjectIndenter(indenter);
		}

	}

}

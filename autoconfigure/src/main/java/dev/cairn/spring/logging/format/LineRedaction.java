package dev.cairn.spring.logging.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.LogEntry;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.json.JsonWriter;
import org.springframework.core.env.Environment;

/**
 * Masks the secrets of a line by the rules of the properties. There is no bean yet when
 * the first lines are written.
 *
 * @param redactor the rules
 */
record LineRedaction(Redactor redactor) {

	private static final JsonFactory JSON = new JsonFactory();

	static final LineRedaction NONE = new LineRedaction(Redactor.NONE);

	static LineRedaction of(Environment environment) {
		boolean enabled = LoggingProperties.of(environment).redact()
				&& environment.getProperty("cairn.redaction.enabled", boolean.class, true);
		if (!enabled) {
			return NONE;
		}
		List<String> words = new ArrayList<>(Redactor.DEFAULT_WORDS);
		words.addAll(list(environment, "words"));
		return new LineRedaction(new Redactor(words, list(environment, "allowed")));
	}

	private static List<String> list(Environment environment, String name) {
		return Binder.get(environment)
			.bind("cairn.redaction." + name, Bindable.listOf(String.class))
			.orElseGet(List::of);
	}

	boolean isOn() {
		return this.redactor != Redactor.NONE;
	}

	LogEntry redact(LogEntry entry) {
		if (!isOn()) {
			return entry;
		}
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		entry.keyValues().forEach((name, value) -> keyValues.put(redact(name), redact(name, value)));
		Map<String, String> bindings = new LinkedHashMap<>();
		entry.bindings()
			.forEach((name, value) -> bindings.put(redact(name), this.redactor.redact(name, String.valueOf(value))));
		String text = redact(entry.text());
		return new LogEntry(entry.time(), entry.level(), entry.logger(), entry.thread(), entry.template(),
				entry.arguments(), () -> text, keyValues, bindings, entry.throwable());
	}

	String redact(String text) {
		return this.redactor.redact(text);
	}

	/**
	 * Returns a line with its strings masked, which also has texts that are not part of
	 * the entry. A value processor would take many times as long, since Boot looks up a
	 * logger for each value.
	 */
	String redactJson(String line) {
		if (!isOn()) {
			return line;
		}
		StringBuilder masked = new StringBuilder(line.length());
		int copied = 0;
		try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
			for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
				if (token == JsonToken.VALUE_STRING) {
					String text = json.getString();
					String name = json.currentName();
					String redacted = (name != null) ? this.redactor.redact(name, text) : redact(text);
					if (!redacted.equals(text)) {
						masked.append(line, copied, (int) json.currentTokenLocation().getCharOffset())
							.append(JsonWriter.standard().writeToString(redacted));
						copied = (int) json.currentLocation().getCharOffset();
					}
				}
			}
		}
		return masked.append(line, copied, line.length()).toString();
	}

	private @Nullable Object redact(String name, @Nullable Object value) {
		if (value == null || value instanceof Boolean) {
			return value;
		}
		if (this.redactor.isSensitive(name)) {
			return Redactor.MASK;
		}
		if (value instanceof String text) {
			return this.redactor.redactText(name, text);
		}
		if (value instanceof Number number) {
			return this.redactor.redact(name, number);
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> copy = new LinkedHashMap<>();
			map.forEach((key, element) -> copy.put(redact(String.valueOf(key)), redact(String.valueOf(key), element)));
			return copy;
		}
		if (value instanceof List<?> list) {
			List<@Nullable Object> copy = new ArrayList<>();
			list.forEach((element) -> copy.add(redact(name, element)));
			return copy;
		}
		return value;
	}

}

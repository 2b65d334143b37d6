package dev.cairn.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Texts as they are shown: without secrets, and not longer than a limit. They are
 * redacted before they are cut, because a part of a secret is not recognized.
 *
 * @param redactor masks secrets
 * @param limit the maximum number of characters
 */
record Texts(Redactor redactor, int limit) {

	/** For lists. */
	static final int SHORT = 300;

	Texts withLimit(int other) {
		return new Texts(this.redactor, other);
	}

	@Nullable String of(@Nullable String text) {
		return (text != null) ? cut(this.redactor.redact(text)) : null;
	}

	String of(String key, String text) {
		return cut(this.redactor.redact(key, text));
	}

	private String cut(String text) {
		return (text.length() > this.limit) ? Text.cut(text, this.limit) + "\u2026" : text;
	}

	Map<String, String> of(Map<String, String> texts) {
		Map<String, String> shown = new LinkedHashMap<>();
		texts.forEach((key, text) -> shown.put(cut(key), of(key, text)));
		return shown;
	}

	/** Returns the value of a field, with all that it contains. */
	@Nullable Object value(String key, @Nullable Object value) {
		if (value instanceof String text) {
			return of(key, text);
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> shown = new LinkedHashMap<>();
			map.forEach((name, element) -> shown.put(cut(String.valueOf(name)), value(String.valueOf(name), element)));
			return shown;
		}
		if (value instanceof Collection<?> list) {
			List<@Nullable Object> shown = new ArrayList<>();
			list.forEach((element) -> shown.add(value(key, element)));
			return shown;
		}
		return (value instanceof Number number) ? this.redactor.redact(key, number) : value;
	}

}

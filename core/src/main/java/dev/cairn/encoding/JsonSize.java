package dev.cairn.encoding;

import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Estimates the size of a value in JSON, in bytes of UTF-8, for truncation.
 */
final class JsonSize {

	private static final int ESCAPED = 2;

	/** The length of an escape such as {@code \u0000}. */
	private static final int ESCAPED_CONTROL = 6;

	private static final int LONGEST_LITERAL = 5;

	/** The length of a comma or a colon. */
	private static final int SEPARATOR = 1;

	private static final int QUOTES = 2;

	private JsonSize() {
	}

	static int of(@Nullable Object value) {
		if (value instanceof String text) {
			return QUOTES + text.chars().map((c) -> of((char) c)).sum();
		}
		if (value instanceof Map<?, ?> map) {
			return QUOTES + map.entrySet()
				.stream()
				.mapToInt((entry) -> of(entry.getKey()) + of(entry.getValue()) + 2 * SEPARATOR)
				.sum();
		}
		if (value instanceof Collection<?> list) {
			return QUOTES + list.stream().mapToInt((element) -> of(element) + SEPARATOR).sum();
		}
		return (value instanceof Number) ? value.toString().length() : LONGEST_LITERAL;
	}

	/** Half of a surrogate pair takes half of the pair's bytes. */
	static int of(char c) {
		if (c < ' ') {
			return ("\b\f\n\r\t".indexOf(c) >= 0) ? ESCAPED : ESCAPED_CONTROL;
		}
		if (c < 0x80) {
			return (c == '"' || c == '\\') ? ESCAPED : 1;
		}
		return (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
	}

}

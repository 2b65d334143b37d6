package dev.cairn.spring.error;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Converts an argument to a short text. Never throws, and calls {@code toString} only if
 * that does not access a database, a stream or a lock.
 */
final class ArgumentText {

	static final int MAX_LENGTH = 80;

	/** Longer than a reported text, so that a secret at its end is recognized. */
	private static final int MAX_READ = 256;

	private static final int MAX_ELEMENTS = 5;

	private static final int MAX_NESTING = 2;

	private static final String MORE = "...";

	/** Longer integers take too long to print. */
	private static final int MAX_NUMBER_BITS = 4096;

	private ArgumentText() {
	}

	/** Returns the text of an argument, not yet redacted and cut. */
	static String of(@Nullable Object value) {
		StringBuilder text = new StringBuilder();
		append(text, value, 0);
		return text.toString();
	}

	static String cut(String text) {
		return (text.length() > MAX_LENGTH) ? Text.cut(text, MAX_LENGTH - MORE.length()) + MORE : text;
	}

	private static void append(StringBuilder text, @Nullable Object value, int nesting) {
		int length = text.length();
		try {
			if (value instanceof Optional<?> optional) {
				append(text, optional.orElse(null), nesting);
			}
			else if (value != null && value.getClass().isArray()) {
				appendArray(text, value, nesting);
			}
			else if (value instanceof Iterable<?> elements && TextSource.of(value) == TextSource.ELEMENTS) {
				appendElements(text, elements, nesting);
			}
			else if (value instanceof Map<?, ?> map && TextSource.of(value) == TextSource.ELEMENTS) {
				appendElements(text, map.entrySet(), nesting);
			}
			else {
				text.append(Text.cut(textOf(value), Math.max(0, MAX_READ - length)));
			}
		}
		catch (Throwable ex) {
			text.setLength(length);
			text.append(name(value));
		}
	}

	private static String textOf(@Nullable Object value) {
		if (value instanceof StringBuilder builder) {
			return builder.substring(0, Math.min(builder.length(), MAX_READ));
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Class<?> type) {
			return type.getName();
		}
		if (value == null || TextSource.of(value) != TextSource.TO_STRING || isHuge(value)) {
			return name(value);
		}
		return String.valueOf(value.toString());
	}

	private static boolean isHuge(Object value) {
		return (value instanceof BigInteger integer && integer.bitLength() > MAX_NUMBER_BITS)
				|| (value instanceof BigDecimal decimal && decimal.unscaledValue().bitLength() > MAX_NUMBER_BITS);
	}

	/** Bytes are data and characters are passwords: only their number is reported. */
	private static void appendArray(StringBuilder text, Object array, int nesting) {
		Class<?> type = array.getClass().getComponentType();
		int length = Array.getLength(array);
		if (type == byte.class || type == char.class || nesting >= MAX_NESTING) {
			text.append(type.getSimpleName()).append('[').append(length).append(']');
			return;
		}
		appendElements(text, () -> IntStream.range(0, length).mapToObj((i) -> Array.get(array, i)).iterator(), nesting);
	}

	private static void appendElements(StringBuilder text, Iterable<?> elements, int nesting) {
		if (nesting >= MAX_NESTING) {
			text.append(name(elements));
			return;
		}
		Iterator<?> rest = elements.iterator();
		text.append('[');
		for (int i = 0; rest.hasNext() && hasRoom(text, i); i++) {
			text.append((i > 0) ? ", " : "");
			Object element = rest.next();
			if (element instanceof Map.Entry<?, ?> entry) {
				append(text, entry.getKey(), nesting + 1);
				text.append('=');
				append(text, entry.getValue(), nesting + 1);
			}
			else {
				append(text, element, nesting + 1);
			}
		}
		text.append(rest.hasNext() ? ", ...]" : "]");
	}

	private static boolean hasRoom(StringBuilder text, int elements) {
		return elements < MAX_ELEMENTS && text.length() < MAX_READ;
	}

	private static String name(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		String name = value.getClass().getName();
		return Text.cut(name.substring(name.lastIndexOf('.') + 1), MAX_LENGTH);
	}

}

package dev.cairn.spring.logging;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.WritableJson;
import org.springframework.util.ObjectUtils;

/**
 * Copies the values of a line into ones that every format can write: texts, numbers,
 * booleans, lists and maps. Their own methods may fail, and they may contain themselves.
 */
final class LineValues {

	private static final int MAX_DEPTH = 8;

	private static final int MAX_ELEMENTS = 1000;

	/** A longer number takes too long to print. */
	private static final int MAX_BITS = 4096;

	private LineValues() {
	}

	/** Returns the entry with copies of its key-values, or the entry itself. */
	static LogEntry printable(LogEntry entry) {
		for (Object value : entry.keyValues().values()) {
			if (!isPlain(value)) {
				Map<String, @Nullable Object> copies = new LinkedHashMap<>();
				entry.keyValues().forEach((key, each) -> copies.put(key, copy(each, 0)));
				return new LogEntry(entry.time(), entry.level(), entry.logger(), entry.thread(), entry.template(),
						entry.arguments(), entry.formatter(), copies, entry.bindings(), entry.throwable());
			}
		}
		return entry;
	}

	/** Returns whether a value is written as it is. */
	static boolean isPlain(@Nullable Object value) {
		if (value instanceof Double || value instanceof Float) {
			return Double.isFinite(((Number) value).doubleValue());
		}
		if (value instanceof BigDecimal decimal) {
			return isShort(decimal.unscaledValue());
		}
		return value == null || value instanceof String || value instanceof Integer || value instanceof Long
				|| value instanceof Boolean || value instanceof Short || value instanceof Byte
				|| (value instanceof BigInteger integer && isShort(integer));
	}

	private static boolean isShort(BigInteger integer) {
		return integer.bitLength() <= MAX_BITS;
	}

	private static @Nullable Object copy(@Nullable Object value, int depth) {
		if (isPlain(value)) {
			return value;
		}
		try {
			return copyObject(value, depth);
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			return unprintable(value, ex);
		}
	}

	private static @Nullable Object copyObject(@Nullable Object value, int depth) {
		if (value instanceof AtomicInteger || value instanceof AtomicLong) {
			return ((Number) value).longValue();
		}
		if (value instanceof Number) {
			return (value instanceof Double || value instanceof Float) ? value.toString()
					: "[number " + value.getClass().getName() + "]";
		}
		if (value instanceof WritableJson json) {
			String text = json.toJsonString().replaceAll("[\\r\\n]", " ");
			return (WritableJson) (out) -> out.append(text);
		}
		boolean container = value instanceof Map || ObjectUtils.isArray(value)
				|| (value instanceof Iterable && !(value instanceof Path));
		if (!container) {
			return String.valueOf(value);
		}
		if (depth == MAX_DEPTH) {
			return "[too deep]";
		}
		return (value instanceof Map<?, ?> map) ? copyMap(map, depth) : copyList(value, depth);
	}

	private static Map<String, @Nullable Object> copyMap(Map<?, ?> map, int depth) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			if (copy.size() == MAX_ELEMENTS) {
				break;
			}
			copy.put(text(entry.getKey()), copy(entry.getValue(), depth + 1));
		}
		return copy;
	}

	private static List<@Nullable Object> copyList(@Nullable Object value, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		Iterable<?> elements = (value instanceof Iterable<?> iterable) ? iterable
				: Arrays.asList(ObjectUtils.toObjectArray(value));
		for (Object element : elements) {
			if (copy.size() == MAX_ELEMENTS) {
				break;
			}
			copy.add(copy(element, depth + 1));
		}
		return Collections.unmodifiableList(copy);
	}

	/** Returns the text of any value. */
	static String text(@Nullable Object value) {
		try {
			return String.valueOf(value);
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			return unprintable(value, ex);
		}
	}

	private static String unprintable(@Nullable Object value, Throwable ex) {
		String type = (value != null) ? value.getClass().getName() : "null";
		return "[unprintable " + type + ": " + ex.getClass().getName() + "]";
	}

}

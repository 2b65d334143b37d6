package dev.cairn.spring.logging.format;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.cairn.LogEntry;
import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.WritableJson;
import org.springframework.util.ObjectUtils;

/**
 * Copies the values of a line into ones that every format can write: texts, numbers,
 * booleans, lists and maps. Their own methods may fail, and they may contain themselves.
 * All lists and maps of a line together have a maximum number of elements and characters.
 */
final class LineValues {

	private static final int MAX_DEPTH = 8;

	private static final int MAX_ELEMENTS = 1000;

	/** A longer number takes too long to print. */
	private static final int MAX_BITS = 4096;

	private static final String TRUNCATED = "[truncated]";

	/** The lists and maps that contain the next value, the outermost first. */
	private final @Nullable Object[] path = new Object[MAX_DEPTH];

	/** How many elements of lists and maps the line may have yet. */
	private int elements = MAX_ELEMENTS;

	/** How many characters the elements may have yet. */
	private int length;

	private LineValues(int maxLength) {
		this.length = maxLength;
	}

	/**
	 * Returns the entry with copies of its key-values, or the entry itself.
	 * @param entry the entry
	 * @param maxLength the maximum number of characters of all lists and maps together
	 * @return an entry that every format can write
	 */
	static LogEntry printable(LogEntry entry, int maxLength) {
		for (Object value : entry.keyValues().values()) {
			if (!isPlain(value)) {
				LineValues line = new LineValues(maxLength);
				Map<String, @Nullable Object> copies = new LinkedHashMap<>();
				entry.keyValues().forEach((key, each) -> copies.put(key, line.copy(each, 0)));
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

	private @Nullable Object copy(@Nullable Object value, int depth) {
		if (isPlain(value)) {
			return (depth > 0 && value instanceof String text) ? cut(text) : value;
		}
		try {
			return copyObject(value, depth);
		}
		catch (Throwable ex) {
			return Text.unprintable(value, ex);
		}
	}

	private @Nullable Object copyObject(@Nullable Object value, int depth) {
		if (value instanceof AtomicInteger || value instanceof AtomicLong) {
			return ((Number) value).longValue();
		}
		if (value instanceof Number) {
			return (value instanceof Double || value instanceof Float) ? value.toString()
					: "[number " + value.getClass().getName() + "]";
		}
		if (value instanceof WritableJson json) {
			String text = json.toJsonString().replaceAll("[\\r\\n]", " ");
			return (depth > 0 && text.length() > this.length) ? cut(text) : (WritableJson) (out) -> out.append(text);
		}
		boolean container = value instanceof Map || ObjectUtils.isArray(value)
				|| (value instanceof Iterable && !(value instanceof Path));
		if (value == null || !container) {
			String text = String.valueOf(value);
			return (depth > 0) ? cut(text) : text;
		}
		for (int i = 0; i < depth; i++) {
			if (this.path[i] == value) {
				return "[circular]";
			}
		}
		if (depth == MAX_DEPTH) {
			return "[too deep]";
		}
		if (isSpent()) {
			return TRUNCATED;
		}
		this.path[depth] = value;
		return (value instanceof Map<?, ?> map) ? copyMap(map, depth) : copyList(value, depth);
	}

	private Map<String, @Nullable Object> copyMap(Map<?, ?> map, int depth) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			if (isSpent()) {
				copy.put(TRUNCATED, true);
				break;
			}
			this.elements--;
			copy.put(cut(Text.of(entry.getKey())), copy(entry.getValue(), depth + 1));
		}
		return copy;
	}

	private List<@Nullable Object> copyList(Object value, int depth) {
		List<@Nullable Object> copy = new ArrayList<>();
		Iterator<?> elements = (value instanceof Iterable<?> iterable) ? iterable.iterator()
				: IntStream.range(0, Array.getLength(value)).mapToObj((i) -> Array.get(value, i)).iterator();
		while (elements.hasNext()) {
			if (isSpent()) {
				copy.add(TRUNCATED);
				break;
			}
			this.elements--;
			copy.add(copy(elements.next(), depth + 1));
		}
		return Collections.unmodifiableList(copy);
	}

	private boolean isSpent() {
		return this.elements <= 0 || this.length <= 0;
	}

	private String cut(String text) {
		String kept = Text.cut(text, Math.max(0, this.length));
		this.length -= text.length();
		return (kept.length() < text.length()) ? kept + TRUNCATED : text;
	}

	/**
	 * Writes a line. Logback's appenders stop for good when a checked exception is thrown
	 * past the compiler, and pass errors on to the caller.
	 * @param <T> the type of the line
	 * @param line writes the line
	 * @return the line
	 */
	static <T> T write(Supplier<T> line) {
		try {
			return line.get();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			Throwables.rethrowFatal(ex);
			throw new IllegalStateException("A log line cannot be written", ex);
		}
	}

}

package dev.cairn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The values that are bound to a {@link CairnLogger}. Immutable.
 */
final class LogValues {

	static final LogValues NONE = new LogValues(Map.of());

	/** The key of a value whose key is missing. */
	private static final String UNNAMED = "unnamed";

	private final Map<String, @Nullable Object> values;

	private LogValues(Map<String, @Nullable Object> values) {
		this.values = Collections.unmodifiableMap(values);
	}

	LogValues and(Map<String, ? extends @Nullable Object> further) {
		Map<String, @Nullable Object> all = new LinkedHashMap<>(this.values);
		further.forEach((key, value) -> {
			if (key == null || key.isEmpty()) {
				throw new IllegalArgumentException(
						"key must not be empty, but the key of '" + Text.of(value) + "' is " + key);
			}
			all.put(key, value);
		});
		return new LogValues(all);
	}

	void require(String... keys) {
		for (String key : keys) {
			if (this.values.keySet().stream().noneMatch(NamePattern.of(key)::matches)) {
				throw new IllegalArgumentException(
						"No value is bound under the key '" + key + "'; the keys are " + this.values.keySet());
			}
		}
	}

	LogValues without(String... keys) {
		List<NamePattern> patterns = Arrays.stream(keys).map(NamePattern::of).toList();
		Map<String, @Nullable Object> rest = new LinkedHashMap<>(this.values);
		rest.keySet().removeIf((key) -> patterns.stream().anyMatch((pattern) -> pattern.matches(key)));
		return new LogValues(rest);
	}

	Map<String, @Nullable Object> toMap() {
		return this.values;
	}

	/**
	 * Adds these values and those of a call, which take precedence, to an entry.
	 * @param entry the entry
	 * @param keyValues alternating keys and values, and at the end a throwable, if any
	 * @return the entry with the values
	 */
	LoggingEventBuilder addTo(LoggingEventBuilder entry, @Nullable Object... keyValues) {
		String[] keys = keys(keyValues);
		LoggingEventBuilder extended = entry;
		for (Map.Entry<String, @Nullable Object> value : this.values.entrySet()) {
			if (isLast(value.getKey(), keys, 0)) {
				extended = add(extended, value.getKey(), value.getValue());
			}
		}
		for (int i = 0; i < keys.length; i++) {
			if (isLast(keys[i], keys, i + 1)) {
				extended = add(extended, keys[i], keyValues[2 * i + 1]);
			}
		}
		return (keyValues.length % 2 != 0) ? addUnpaired(extended, keyValues[keyValues.length - 1]) : extended;
	}

	/** Keys are any objects, whose texts are asked for once. */
	private static String[] keys(@Nullable Object[] keyValues) {
		String[] keys = new String[keyValues.length / 2];
		for (int i = 0; i < keys.length; i++) {
			keys[i] = Text.of(keyValues[2 * i]);
		}
		return keys;
	}

	/** Returns whether a key does not occur again. */
	private static boolean isLast(String key, String[] keys, int from) {
		for (int i = from; i < keys.length; i++) {
			if (key.equals(keys[i])) {
				return false;
			}
		}
		return true;
	}

	private static LoggingEventBuilder addUnpaired(LoggingEventBuilder entry, @Nullable Object value) {
		return (value instanceof Throwable thrown) ? entry.setCause(thrown) : add(entry, UNNAMED, value);
	}

	/** Log4j2 asks a value for its text when it is added. */
	private static LoggingEventBuilder add(LoggingEventBuilder entry, String key, @Nullable Object value) {
		Object resolved = resolve(value);
		try {
			return entry.addKeyValue(key, resolved);
		}
		catch (Throwable ex) {
			return entry.addKeyValue(key, Text.unprintable(resolved, ex));
		}
	}

	private static @Nullable Object resolve(@Nullable Object value) {
		try {
			return (value instanceof Supplier<?> supplier) ? supplier.get() : value;
		}
		catch (Throwable ex) {
			Throwables.rethrowFatal(ex);
			return "[" + ex.getClass().getName() + "]";
		}
	}

}

package dev.cairn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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
				throw new IllegalArgumentException("key must not be empty, but the key of '" + value + "' is " + key);
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
	 * @param keyValues keys and values in turns, and at the end a throwable, if any
	 * @return the entry with the values
	 */
	LoggingEventBuilder addTo(LoggingEventBuilder entry, @Nullable Object... keyValues) {
		LoggingEventBuilder extended = entry;
		for (Map.Entry<String, @Nullable Object> value : this.values.entrySet()) {
			if (isLast(value.getKey(), keyValues, 0)) {
				extended = extended.addKeyValue(value.getKey(), resolve(value.getValue()));
			}
		}
		for (int i = 0; i + 1 < keyValues.length; i += 2) {
			String key = String.valueOf(keyValues[i]);
			if (isLast(key, keyValues, i + 2)) {
				extended = extended.addKeyValue(key, resolve(keyValues[i + 1]));
			}
		}
		return (keyValues.length % 2 != 0) ? addUnpaired(extended, keyValues[keyValues.length - 1]) : extended;
	}

	/** Returns whether a key does not occur again. */
	private static boolean isLast(String key, @Nullable Object[] keyValues, int from) {
		for (int i = from; i + 1 < keyValues.length; i += 2) {
			if (key.equals(String.valueOf(keyValues[i]))) {
				return false;
			}
		}
		return true;
	}

	private static LoggingEventBuilder addUnpaired(LoggingEventBuilder entry, @Nullable Object value) {
		return (value instanceof Throwable thrown) ? entry.setCause(thrown)
				: entry.addKeyValue(UNNAMED, resolve(value));
	}

	private static @Nullable Object resolve(@Nullable Object value) {
		try {
			return (value instanceof Supplier<?> supplier) ? supplier.get() : value;
		}
		catch (Exception | StackOverflowError ex) {
			return "[" + ex.getClass().getName() + "]";
		}
	}

}

package dev.cairn.spring.logging.format;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * Renames the key-values and the context of an entry where they have the name of another
 * value of the line. Key-values keep their names before those of the context. Immutable.
 */
final class LineNames {

	/** As fields of messages are renamed. */
	static final String RENAMED_PREFIX = "field_";

	/** The names that Cairn's formats have for the values of each entry. */
	static final Set<String> RESERVED = Set.of("timestamp", "level", "logger", "thread", "message");

	/** The names of the format itself. */
	private final Set<String> reserved;

	/** The names that the format uses for a throwable. */
	private final Set<String> ofThrowable;

	/** The name that the format uses for markers; empty if it writes none. */
	private final String ofMarkers;

	/** Changes a name into one that the format allows. */
	private final UnaryOperator<String> allowed;

	/** Whether {@code a.b} is written as {@code b} in an object {@code a}. */
	private final boolean nested;

	LineNames(Set<String> reserved, Set<String> ofThrowable, String ofMarkers, UnaryOperator<String> allowed,
			boolean nested) {
		this.reserved = reserved;
		this.ofThrowable = ofThrowable;
		this.ofMarkers = ofMarkers;
		this.allowed = allowed;
		this.nested = nested;
	}

	/** Returns the entry with names that are unique, or the entry itself. */
	LogEntry unique(LogEntry entry, boolean markers) {
		Map<String, @Nullable Object> keyValues = entry.keyValues();
		Map<String, String> bindings = entry.bindings();
		if (keyValues.isEmpty() && bindings.isEmpty()) {
			return entry;
		}
		boolean throwable = entry.throwable() != null;
		boolean unique = true;
		for (String name : keyValues.keySet()) {
			unique &= isUnique(name, throwable, markers);
		}
		for (String name : bindings.keySet()) {
			unique &= isUnique(name, throwable, markers) && !keyValues.containsKey(name);
		}
		return unique ? entry : renamed(entry, new Written(throwable, markers));
	}

	/** Returns whether a name is unique whatever the other names are. */
	private boolean isUnique(@Nullable String name, boolean throwable, boolean markers) {
		return name != null && !(this.nested && name.indexOf('.') >= 0) && this.allowed.apply(name).equals(name)
				&& !isReserved(name, throwable, markers);
	}

	private boolean isReserved(String name, boolean throwable, boolean markers) {
		return this.reserved.contains(name) || (throwable && this.ofThrowable.contains(name))
				|| (markers && this.ofMarkers.equals(name));
	}

	private static LogEntry renamed(LogEntry entry, Written written) {
		Map<String, @Nullable Object> keyValues = new LinkedHashMap<>();
		Map<String, String> bindings = new LinkedHashMap<>();
		Map<String, Object> before = new HashMap<>(entry.keyValues());
		entry.keyValues().forEach((name, value) -> keyValues.put(written.add(name), value));
		entry.bindings().forEach((name, value) -> {
			if (value == null || !value.equals(before.get(name))) {
				bindings.put(written.add(name), value);
			}
		});
		return new LogEntry(entry.time(), entry.level(), entry.logger(), entry.thread(), entry.template(),
				entry.arguments(), entry.formatter(), keyValues, bindings, entry.throwable());
	}

	/**
	 * The names of one line.
	 */
	private final class Written {

		private final boolean throwable;

		private final boolean markers;

		private final Set<String> names = new HashSet<>();

		/** The names of objects that contain others. */
		private final Set<String> objects = new HashSet<>();

		Written(boolean throwable, boolean markers) {
			this.throwable = throwable;
			this.markers = markers;
		}

		String add(@Nullable String name) {
			String free = LineNames.this.allowed.apply(String.valueOf(name));
			while (!isFree(free)) {
				free = LineNames.this.allowed.apply(RENAMED_PREFIX + free);
			}
			this.names.add(free);
			for (int dot = free.indexOf('.'); LineNames.this.nested && dot >= 0; dot = free.indexOf('.', dot + 1)) {
				this.objects.add(free.substring(0, dot));
			}
			return free;
		}

		private boolean isFree(String name) {
			if (!LineNames.this.nested) {
				return !this.names.contains(name) && !isReserved(name, this.throwable, this.markers);
			}
			int first = name.indexOf('.');
			boolean free = !isReserved((first < 0) ? name : name.substring(0, first), this.throwable, this.markers)
					&& !this.names.contains(name) && !this.objects.contains(name);
			for (int dot = first; free && dot >= 0; dot = name.indexOf('.', dot + 1)) {
				free = !this.names.contains(name.substring(0, dot));
			}
			return free;
		}

	}

}

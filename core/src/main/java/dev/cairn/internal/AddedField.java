package dev.cairn.internal;

import java.util.Arrays;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Adds a field when the others are read. A field of the same name is renamed.
 */
record AddedField(Fields before, String key, Object value) implements Supplier<Fields> {

	private static final String RENAMED_PREFIX = "field_";

	@Override
	public Fields get() {
		@Nullable Object[] entries = this.before.entries();
		@Nullable Object[] more = Arrays.copyOf(entries, entries.length + 2);
		int same = this.before.indexOf(this.key);
		if (same >= 0) {
			more[same] = freeName();
		}
		more[entries.length] = this.key;
		more[entries.length + 1] = this.value;
		return new Fields(more, this.before.weight() + this.key.length());
	}

	private String freeName() {
		String free = RENAMED_PREFIX + this.key;
		while (this.before.containsKey(free)) {
			free = RENAMED_PREFIX + free;
		}
		return free;
	}

}

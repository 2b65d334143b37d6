package dev.cairn.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Message.Limits;
import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an event before it is built, in the order in which they were set. A key
 * may be set several times; the last value counts. For one thread.
 */
final class FieldList {

	/** How many times the maximum number of fields may be set. */
	private static final long PAIRS_PER_FIELD = 4;

	private final long maxSize;

	/** Key, value, key, value... Nothing is ever replaced in it. */
	private List<@Nullable Object> pairs = List.of();

	private boolean incomplete;

	FieldList(Limits limits) {
		this.maxSize = 2 * PAIRS_PER_FIELD * limits.maxFields();
	}

	void add(String key, @Nullable Object value) {
		Objects.requireNonNull(key, "key must not be null");
		if (isFull()) {
			this.incomplete = true;
			return;
		}
		if (this.pairs.isEmpty()) {
			this.pairs = new ArrayList<>(16);
		}
		this.pairs.add(key);
		this.pairs.add(value);
	}

	void addIfAbsent(String key, @Nullable Object value) {
		if (lastIndexOf(key) < 0) {
			add(key, value);
		}
	}

	/** Keeps what could be read of a map that another thread changes meanwhile. */
	void addAll(Map<String, ?> fields) {
		Objects.requireNonNull(fields, "fields must not be null");
		try {
			// The compiler trusts the type of the keys; the map may hold others
			for (Map.Entry<?, ?> entry : fields.entrySet()) {
				add(keyOf(entry.getKey()), entry.getValue());
				if (isFull()) {
					this.incomplete = true;
					break;
				}
			}
		}
		catch (Throwable ex) {
			this.incomplete = true;
		}
	}

	void addAll(Record owner, List<RecordShape.Component> components) {
		for (RecordShape.Component component : components) {
			try {
				add(component.name(), component.read(owner));
			}
			catch (Throwable ex) {
				this.incomplete = true;
				add(component.name(), ValueCopier.unprintable(owner, ex));
			}
		}
	}

	private String keyOf(@Nullable Object key) {
		try {
			return String.valueOf(key);
		}
		catch (Throwable ex) {
			this.incomplete = true;
			return ValueCopier.unprintable(key, ex);
		}
	}

	private boolean isFull() {
		return this.pairs.size() >= this.maxSize;
	}

	@Nullable Object get(String key) {
		int last = lastIndexOf(key);
		return (last >= 0) ? this.pairs.get(last + 1) : null;
	}

	private int lastIndexOf(String key) {
		int index = this.pairs.size() - 2;
		while (index >= 0 && !key.equals(this.pairs.get(index))) {
			index -= 2;
		}
		return index;
	}

	/** Returns whether a field could not be added. */
	boolean isIncomplete() {
		return this.incomplete;
	}

	Fields copy(FieldsCopier copier) {
		return copier.fields(this.pairs);
	}

}

package dev.cairn.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Message.Limits;
import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an event before it is built, in the order in which they were set. A key
 * may be set several times; the last value counts. Values that cannot change and are
 * within the limits are copied by the first reader of the message. For one thread.
 */
final class FieldList {

	/** How many times the maximum number of fields may be set. */
	private static final long PAIRS_PER_FIELD = 4;

	private final Limits limits;

	/** Key, value, key, value... Nothing is ever replaced in it. */
	private List<@Nullable Object> pairs = List.of();

	/** The values of keys that are not set. */
	private Map<String, ?> defaults = Map.of();

	private boolean incomplete;

	FieldList(Limits limits) {
		this.limits = limits;
	}

	Limits limits() {
		return this.limits;
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

	void defaults(Map<String, ?> defaults) {
		this.defaults = defaults;
	}

	void addIfAbsent(String key, @Nullable Object value) {
		if (lastIndexOf(key, this.pairs.size()) < 0) {
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

	private String keyOf(@Nullable Object key) {
		try {
			return SimpleValues.key(key);
		}
		catch (Throwable ex) {
			this.incomplete = true;
			return SimpleValues.unprintable(key, ex);
		}
	}

	private boolean isFull() {
		return this.pairs.size() >= 2 * PAIRS_PER_FIELD * this.limits.maxFields();
	}

	@Nullable Object get(String key) {
		int last = lastIndexOf(key, this.pairs.size());
		return (last >= 0) ? this.pairs.get(last + 1) : this.defaults.get(key);
	}

	private int lastIndexOf(String key, int length) {
		int index = length - 2;
		while (index >= 0 && !key.equals(this.pairs.get(index))) {
			index -= 2;
		}
		return index;
	}

	/** Returns whether a field could not be added. */
	boolean isIncomplete() {
		return this.incomplete;
	}

	/** Copies the fields, or leaves that to their first reader. */
	Fields copy(ValueCopier values) {
		if (!this.defaults.isEmpty()) {
			this.defaults.forEach(this::addIfAbsent);
			this.defaults = Map.of();
		}
		int length = this.pairs.size();
		int weight = weightOfUnchangeable();
		if (weight < 0) {
			return copy(values, length);
		}
		return (length > 0) ? new Fields(() -> copy(values.another(), length), weight) : Fields.EMPTY;
	}

	/** Returns -1 if a value can change, or if a limit is exceeded. */
	private int weightOfUnchangeable() {
		int length = this.pairs.size();
		if (length / 2 > this.limits.maxFields()) {
			return -1;
		}
		int weight = length / 2 * Fields.ENTRY_WEIGHT;
		int roomForText = this.limits.maxBytes();
		for (int i = 0; i < length; i += 2) {
			int keyLength = keyAt(i).length();
			Object value = this.pairs.get(i + 1);
			int textLength = (value instanceof String text) ? text.length() : 0;
			roomForText -= textLength;
			if (keyLength > this.limits.maxNameLength() || roomForText < 0 || !canWait(value)) {
				return -1;
			}
			weight += keyLength + textLength;
		}
		return weight;
	}

	private static boolean canWait(@Nullable Object value) {
		return Fields.isImmutable(value) && !(value instanceof BigInteger) && !(value instanceof BigDecimal);
	}

	private Fields copy(ValueCopier values, int length) {
		Fields.Builder fields = new Fields.Builder(length / 2);
		for (int i = 0; i < length; i += 2) {
			values.put(fields, values.name(keyAt(i)), this.pairs.get(i + 1), 1);
		}
		return fields.build();
	}

	private String keyAt(int index) {
		return (String) Objects.requireNonNull(this.pairs.get(index));
	}

}

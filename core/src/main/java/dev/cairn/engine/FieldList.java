package dev.cairn.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Message.Limits;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an event before it is built, in the order in which they were set. A key
 * may be set several times; the last value counts. Values that cannot change and are
 * within the limits are copied by the first reader of the message. For one thread.
 */
final class FieldList {

	/** How many times the maximum number of fields may be set. */
	private static final long PAIRS_PER_FIELD = 4;

	private static final @Nullable Object[] NONE = {};

	private static final int USUAL_LENGTH = 16;

	private final Limits limits;

	/** Key, value, key, value... Nothing is ever replaced in it. */
	private @Nullable Object[] pairs = NONE;

	/** The number of keys and values. */
	private int length;

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
		if (this.length == this.pairs.length) {
			this.pairs = Arrays.copyOf(this.pairs, Math.max(USUAL_LENGTH, 2 * this.length));
		}
		this.pairs[this.length++] = key;
		this.pairs[this.length++] = value;
	}

	void defaults(Map<String, ?> defaults) {
		this.defaults = defaults;
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

	private String keyOf(@Nullable Object key) {
		try {
			return SimpleValues.key(key);
		}
		catch (Throwable ex) {
			this.incomplete = true;
			return Text.unprintable(key, ex);
		}
	}

	private boolean isFull() {
		return this.length >= 2 * PAIRS_PER_FIELD * this.limits.maxFields();
	}

	@Nullable Object get(String key) {
		int last = lastIndexOf(key);
		return (last >= 0) ? this.pairs[last + 1] : this.defaults.get(key);
	}

	private int lastIndexOf(String key) {
		int index = this.length - 2;
		while (index >= 0 && !key.equals(this.pairs[index])) {
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
		int weight = weightOfUnchangeable();
		@Nullable Object[] pairs = this.pairs;
		int length = this.length;
		if (weight < 0) {
			return copy(pairs, length, values);
		}
		return (length > 0) ? new Fields(() -> copy(pairs, length, values.another()), weight) : Fields.EMPTY;
	}

	/** Returns -1 if a value can change, or if a limit is exceeded. */
	private int weightOfUnchangeable() {
		if (this.length / 2 > this.limits.maxFields()) {
			return -1;
		}
		int weight = this.length / 2 * Fields.ENTRY_WEIGHT;
		int roomForText = this.limits.maxBytes();
		for (int i = 0; i < this.length; i += 2) {
			int keyLength = keyAt(this.pairs, i).length();
			Object value = this.pairs[i + 1];
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

	private static Fields copy(@Nullable Object[] pairs, int length, ValueCopier values) {
		Fields.Builder fields = new Fields.Builder(length / 2);
		for (int i = 0; i < length; i += 2) {
			values.put(fields, values.name(keyAt(pairs, i)), pairs[i + 1], 1);
		}
		return fields.build();
	}

	private static String keyAt(@Nullable Object[] pairs, int index) {
		return (String) Objects.requireNonNull(pairs[index]);
	}

}

package dev.cairn.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The fields of one message: an immutable map in insertion order, kept in one array since
 * a message has few fields and is written once. Values that cannot change may be copied
 * when the fields are first read, which is mostly by the thread of a sink and not by the
 * caller. The weight is the approximate size in bytes on the heap.
 */
public final class Fields extends AbstractMap<String, @Nullable Object> {

	/** Fields without any entry. */
	public static final Fields EMPTY = new Fields(new Object[0], 0);

	/** The approximate size of an entry without its key and value. */
	public static final int ENTRY_WEIGHT = 48;

	private static final int MAX_DEPTH = 64;

	private static final int INDEXED_LENGTH = 64;

	/** Either the array of alternating keys and values, or a supplier of fields. */
	private volatile Object entries;

	private final int weight;

	Fields(@Nullable Object[] entries, int weight) {
		this.entries = entries;
		this.weight = weight;
	}

	/**
	 * Creates fields that are copied when they are first read.
	 * @param copy makes the copy; two threads may call it at once
	 * @param weight the weight of the copy
	 */
	public Fields(Supplier<Fields> copy, int weight) {
		this.entries = copy;
		this.weight = weight;
	}

	/**
	 * Returns a copy of a map, whose maps and lists are copied too. A value that is no
	 * JSON value is kept as its text.
	 * @param map the values by name
	 * @return the fields; the map itself if it is immutable fields already
	 */
	public static Fields copyOf(Map<?, ?> map) {
		return copyOf(map, 0);
	}

	private static Fields copyOf(Map<?, ?> map, int depth) {
		if (map instanceof Fields fields) {
			return fields;
		}
		Builder copy = new Builder(map.size());
		map.forEach((key, value) -> copy.put(String.valueOf(key), copyOf(value, depth + 1)));
		return copy.build();
	}

	private static @Nullable Object copyOf(@Nullable Object value, int depth) {
		if (isImmutable(value)) {
			return value;
		}
		if (depth < MAX_DEPTH && value instanceof Map<?, ?> map) {
			return copyOf(map, depth);
		}
		if (depth < MAX_DEPTH && value instanceof Collection<?> elements) {
			List<@Nullable Object> copy = new ArrayList<>(elements.size());
			elements.forEach((element) -> copy.add(copyOf(element, depth + 1)));
			return Collections.unmodifiableList(copy);
		}
		return (depth < MAX_DEPTH) ? String.valueOf(value) : "[too deep]";
	}

	public static boolean isImmutable(@Nullable Object value) {
		return value == null || value instanceof String || value instanceof Boolean || value instanceof Integer
				|| value instanceof Long || value instanceof Double || value instanceof BigDecimal
				|| value instanceof BigInteger || value instanceof Float || value instanceof Short
				|| value instanceof Byte;
	}

	/** Two threads may copy at the same time, with the same result. */
	@Nullable Object[] entries() {
		Object known = this.entries;
		if (known instanceof Supplier<?> copy) {
			known = ((Fields) copy.get()).entries();
			this.entries = known;
		}
		return (@Nullable Object[]) known;
	}

	public int weight() {
		return this.weight;
	}

	/**
	 * Returns these fields and one more. A field of the same name is kept under
	 * {@code field_<name>}.
	 * @param key the name of the field
	 * @param value the value, which cannot change
	 * @return other fields
	 */
	public Fields with(String key, Object value) {
		return new Fields(new AddedField(this, key, value), this.weight + key.length());
	}

	@Override
	public int size() {
		return entries().length / 2;
	}

	@Override
	public boolean containsKey(Object key) {
		return indexOf(key) >= 0;
	}

	/** A field that was added is found without a copy of the others. */
	@Override
	public @Nullable Object get(Object key) {
		for (Object known = this.entries; known instanceof AddedField added; known = added.before().entries) {
			if (added.key().equals(key)) {
				return added.value();
			}
		}
		int index = indexOf(key);
		return (index >= 0) ? entries()[index + 1] : null;
	}

	int indexOf(Object key) {
		@Nullable Object[] all = entries();
		return indexOf(key, all, all.length);
	}

	private static int indexOf(Object key, @Nullable Object[] entries, int length) {
		for (int i = 0; i < length; i += 2) {
			if (key.equals(entries[i])) {
				return i;
			}
		}
		return -1;
	}

	@Override
	public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
		@Nullable Object[] all = entries();
		for (int i = 0; i < all.length; i += 2) {
			action.accept((String) all[i], all[i + 1]);
		}
	}

	@Override
	public Set<Map.Entry<String, @Nullable Object>> entrySet() {
		// The entries of a map are hashed by their keys alone, not by nested values
		Map<String, @Nullable Object> entries = new LinkedHashMap<>();
		forEach(entries::put);
		return Collections.unmodifiableMap(entries).entrySet();
	}

	/**
	 * Collects entries. A key that is set again keeps its place and takes the new value.
	 */
	public static final class Builder {

		private @Nullable Object[] entries;

		private int length;

		private int weight;

		/** The places of the keys, once there are too many to look at each. */
		private @Nullable Map<String, Integer> index;

		public Builder(int expectedSize) {
			this.entries = new Object[expectedSize * 2];
		}

		public void put(String key, @Nullable Object value) {
			this.weight += ENTRY_WEIGHT + key.length() + weigh(value);
			int known = find(key);
			if (known >= 0) {
				this.entries[known + 1] = value;
				return;
			}
			if (this.length == this.entries.length) {
				this.entries = Arrays.copyOf(this.entries, Math.max(8, this.length * 2));
			}
			this.entries[this.length++] = key;
			this.entries[this.length++] = value;
		}

		/** Returns where the key is, or -1 if it is put at the end. */
		private int find(String key) {
			if (this.length <= INDEXED_LENGTH) {
				return indexOf(key, this.entries, this.length);
			}
			Map<String, Integer> places = (this.index != null) ? this.index : index();
			this.index = places;
			Integer place = places.putIfAbsent(key, this.length);
			return (place != null) ? place : -1;
		}

		private Map<String, Integer> index() {
			Map<String, Integer> places = new HashMap<>();
			for (int i = 0; i < this.length; i += 2) {
				places.put((String) this.entries[i], i);
			}
			return places;
		}

		private static int weigh(@Nullable Object value) {
			if (value instanceof String text) {
				return text.length();
			}
			if (value instanceof Fields fields) {
				return fields.weight();
			}
			return (value instanceof List<?> list)
					? list.stream().mapToInt((element) -> ENTRY_WEIGHT + weigh(element)).sum() : 0;
		}

		public Fields build() {
			if (this.length == 0) {
				return EMPTY;
			}
			boolean exact = this.length == this.entries.length;
			return new Fields(exact ? this.entries : Arrays.copyOf(this.entries, this.length), this.weight);
		}

	}

}

package dev.cairn;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The fields of one message: an immutable map in insertion order, kept in one array since
 * a message has few fields and is written once. Holds only what {@link FieldsCopier} has
 * made safe to keep; where no value can change, that is done when somebody first reads
 * them, which is mostly the thread of a sink and not the caller.
 */
final class Fields extends AbstractMap<String, @Nullable Object> {

	static final Fields EMPTY = new Fields(new Object[0], 0);

	/** Key, value, key, value... or what will give that. */
	private volatile Object entries;

	private final int weight;

	Fields(@Nullable Object[] entries, int weight) {
		this.entries = entries;
		this.weight = weight;
	}

	Fields(FieldsCopier.Deferred entries, int weight) {
		this.entries = entries;
		this.weight = weight;
	}

	/** Two threads may do this at once, and come to the same end. */
	private @Nullable Object[] entries() {
		Object entries = this.entries;
		if (entries instanceof FieldsCopier.Deferred deferred) {
			entries = deferred.copy().entries();
			this.entries = entries;
		}
		return (@Nullable Object[]) entries;
	}

	/**
	 * Return about how many bytes this map keeps from the heap.
	 */
	int weight() {
		return this.weight;
	}

	/**
	 * Return these fields and one more. One of the same name is kept under another.
	 */
	Fields with(String key, Object value) {
		@Nullable Object[] entries = entries();
		@Nullable Object[] more = Arrays.copyOf(entries, entries.length + 2);
		int same = indexOf(key);
		if (same >= 0) {
			more[same] = FieldsCopier.freeName(key, this);
		}
		more[entries.length] = key;
		more[entries.length + 1] = value;
		return new Fields(more, this.weight + key.length());
	}

	@Override
	public int size() {
		return entries().length / 2;
	}

	@Override
	public boolean containsKey(Object key) {
		return indexOf(key) >= 0;
	}

	@Override
	public @Nullable Object get(Object key) {
		int index = indexOf(key);
		return (index >= 0) ? entries()[index + 1] : null;
	}

	private int indexOf(Object key) {
		@Nullable Object[] entries = entries();
		for (int i = 0; i < entries.length; i += 2) {
			if (key.equals(entries[i])) {
				return i;
			}
		}
		return -1;
	}

	@Override
	public Set<Map.Entry<String, @Nullable Object>> entrySet() {
		return new AbstractSet<>() {

			@Override
			public int size() {
				return Fields.this.size();
			}

			@Override
			public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
				return new EntryIterator();
			}

		};
	}

	private final class EntryIterator implements Iterator<Map.Entry<String, @Nullable Object>> {

		private final @Nullable Object[] all = entries();

		private int next;

		@Override
		public boolean hasNext() {
			return this.next < this.all.length;
		}

		@Override
		public Map.Entry<String, @Nullable Object> next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			String key = (String) this.all[this.next];
			Object value = this.all[this.next + 1];
			this.next += 2;
			return new SimpleImmutableEntry<>(key, value);
		}

	}

	/**
	 * Collects entries; a key that is put again keeps its place and takes the new value.
	 */
	static final class Builder {

		private @Nullable Object[] entries;

		private int length;

		private int weight;

		Builder(int expectedSize) {
			this.entries = new Object[expectedSize * 2];
		}

		void put(String key, @Nullable Object value, int weight) {
			this.weight += weight;
			for (int i = 0; i < this.length; i += 2) {
				if (key.equals(this.entries[i])) {
					this.entries[i + 1] = value;
					return;
				}
			}
			if (this.length == this.entries.length) {
				this.entries = Arrays.copyOf(this.entries, Math.max(8, this.length * 2));
			}
			this.entries[this.length++] = key;
			this.entries[this.length++] = value;
		}

		Fields build() {
			if (this.length == 0) {
				return EMPTY;
			}
			@Nullable Object[] exact = (this.length != this.entries.length) ? Arrays.copyOf(this.entries, this.length)
					: this.entries;
			return new Fields(exact, this.weight);
		}

	}

}

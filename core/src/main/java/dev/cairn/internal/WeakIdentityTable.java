package dev.cairn.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A bounded table whose keys are compared by identity and held weakly: it never calls the
 * {@code equals} and {@code hashCode} of a key, and does not keep a key in memory. When
 * it is full, the oldest entry makes room. Thread-safe; a lock is held for the time of a
 * look-up.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values, which must not refer to their keys
 */
public final class WeakIdentityTable<K, V> {

	/**
	 * How many entries are removed at a time. After a garbage collection there may be
	 * tens of thousands, and the next caller must not pay for all of them.
	 */
	private static final int MAX_EXPUNGED = 8;

	private final Map<Object, V> entries;

	private final ReferenceQueue<K> released = new ReferenceQueue<>();

	public WeakIdentityTable(int capacity) {
		this.entries = new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<Object, V> eldest) {
				return size() > capacity;
			}

		};
	}

	public synchronized @Nullable V get(K key) {
		return this.entries.get(new LookUp(key));
	}

	public synchronized @Nullable V putIfAbsent(K key, V value) {
		expunge();
		return this.entries.putIfAbsent(new Key<>(key, this.released), value);
	}

	public synchronized void put(K key, V value) {
		expunge();
		this.entries.put(new Key<>(key, this.released), value);
	}

	public synchronized boolean replace(K key, V expected, V value) {
		return this.entries.replace(new LookUp(key), expected, value);
	}

	public synchronized boolean remove(K key, V expected) {
		return this.entries.remove(new LookUp(key), expected);
	}

	public synchronized int size() {
		expunge();
		return this.entries.size();
	}

	private void expunge() {
		Reference<? extends K> gone = this.released.poll();
		for (int i = 1; gone != null; i++) {
			this.entries.remove(gone);
			gone = (i < MAX_EXPUNGED) ? this.released.poll() : null;
		}
	}

	/** Equals the key of the same object; a weak reference is more expensive. */
	private record LookUp(Object key) {

		@Override
		public boolean equals(Object other) {
			return other instanceof Key<?> known && known.get() == this.key;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.key);
		}

	}

	private static final class Key<K> extends WeakReference<K> {

		private final int hash;

		Key(K referent, ReferenceQueue<K> queue) {
			super(referent, queue);
			this.hash = System.identityHashCode(referent);
		}

		@Override
		public boolean equals(Object other) {
			if (this == other) {
				return true;
			}
			K referent = get();
			return referent != null && other instanceof Key<?> key && key.get() == referent;
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}

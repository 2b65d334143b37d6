package dev.cairn.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * A bounded table whose keys are compared by identity and held weakly: it never calls the
 * {@code equals} and {@code hashCode} of a key, and does not keep a key in memory. When
 * it is full, the oldest entry makes room. Thread-safe and free of locks.
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

	private final ConcurrentMap<Key<K>, V> entries = new ConcurrentHashMap<>();

	/** The keys in the order in which they were added. */
	private final AtomicReferenceArray<@Nullable Key<K>> ring;

	private final AtomicLong next = new AtomicLong();

	private final ReferenceQueue<K> released = new ReferenceQueue<>();

	/** The queue has a lock; callers do not wait for it. */
	private final AtomicBoolean expunging = new AtomicBoolean();

	/**
	 * Creates an empty table.
	 * @param capacity the maximum number of entries
	 */
	public WeakIdentityTable(int capacity) {
		this.ring = new AtomicReferenceArray<>(capacity);
	}

	/**
	 * Returns the value of a key.
	 * @param key the key
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable V get(K key) {
		return this.entries.get(new Key<>(key, null));
	}

	/**
	 * Sets the value of a key unless it has one.
	 * @param key the key
	 * @param value the value
	 * @return the value that the key had before, or {@code null}
	 */
	public @Nullable V putIfAbsent(K key, V value) {
		expunge();
		Key<K> added = new Key<>(key, this.released);
		V before = this.entries.putIfAbsent(added, value);
		if (before == null) {
			makeRoom(added);
		}
		return before;
	}

	/**
	 * Sets the value of a key.
	 * @param key the key
	 * @param value the value
	 */
	public void put(K key, V value) {
		V before = putIfAbsent(key, value);
		if (before != null) {
			this.entries.replace(new Key<>(key, null), value);
		}
	}

	/**
	 * Replaces the value of a key if it has the expected one.
	 * @param key the key
	 * @param expected the expected value
	 * @param value the new value
	 * @return whether it was replaced
	 */
	public boolean replace(K key, V expected, V value) {
		return this.entries.replace(new Key<>(key, null), expected, value);
	}

	/**
	 * Removes a key if it has the expected value.
	 * @param key the key
	 * @param expected the expected value
	 */
	public void remove(K key, V expected) {
		this.entries.remove(new Key<>(key, null), expected);
	}

	/**
	 * Returns the number of entries.
	 * @return the number of entries; some of their keys may have been collected
	 */
	public int size() {
		expunge();
		return this.entries.size();
	}

	private void makeRoom(Key<K> added) {
		int slot = (int) (this.next.getAndIncrement() % this.ring.length());
		Key<K> oldest = this.ring.getAndSet(slot, added);
		if (oldest != null) {
			this.entries.remove(oldest);
		}
	}

	private void expunge() {
		if (this.expunging.get() || !this.expunging.compareAndSet(false, true)) {
			return;
		}
		try {
			Reference<? extends K> gone = this.released.poll();
			for (int i = 1; gone != null; i++) {
				this.entries.remove(gone);
				gone = (i < MAX_EXPUNGED) ? this.released.poll() : null;
			}
		}
		finally {
			this.expunging.set(false);
		}
	}

	private static final class Key<K> extends WeakReference<K> {

		private final int hash;

		Key(K referent, @Nullable ReferenceQueue<K> queue) {
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

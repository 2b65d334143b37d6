package dev.cairn.internal;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

import org.jspecify.annotations.Nullable;

/**
 * A throwable as the key of a table that does not keep it in memory. Compares by
 * identity: the equals and hashCode of a throwable are the application's. Thread-safe.
 */
public final class ThrowableKey extends WeakReference<Throwable> {

	private final int hash;

	/**
	 * Create a key.
	 * @param throwable the throwable
	 * @param queue is given the key when the throwable is gone; {@code null} for a key to
	 * look up only
	 */
	public ThrowableKey(Throwable throwable, @Nullable ReferenceQueue<Throwable> queue) {
		super(throwable, queue);
		this.hash = System.identityHashCode(throwable);
	}

	@Override
	public boolean equals(Object other) {
		if (this == other) {
			return true;
		}
		Throwable throwable = get();
		return throwable != null && other instanceof ThrowableKey key && key.get() == throwable;
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

}

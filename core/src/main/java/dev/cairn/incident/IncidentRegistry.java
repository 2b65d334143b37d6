package dev.cairn.incident;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.internal.ThrowableKey;
import org.jspecify.annotations.Nullable;

/**
 * Maps throwables to their incidents. Remembers a bounded number of throwables, and keeps
 * none of them in memory. Thread-safe, without locks.
 */
final class IncidentRegistry {

	/**
	 * How many are forgotten at a time. After a collection there may be tens of
	 * thousands, and whoever fails next must not pay for all of them.
	 */
	private static final int MAX_RELEASED = 8;

	private final ConcurrentMap<ThrowableKey, Incident> incidents = new ConcurrentHashMap<>();

	/** The order in which they came; what comes round again makes room. */
	private final AtomicReferenceArray<@Nullable ThrowableKey> ring;

	private final AtomicLong next = new AtomicLong();

	private final ReferenceQueue<Throwable> released = new ReferenceQueue<>();

	/** The queue has a lock; others go on meanwhile. */
	private final AtomicBoolean forgetting = new AtomicBoolean();

	private final long quietNanos;

	/**
	 * Create a table.
	 * @param capacity how many throwables are known
	 * @param quietNanos how long one is known where nothing tells that it was thrown anew
	 */
	IncidentRegistry(int capacity, long quietNanos) {
		this.ring = new AtomicReferenceArray<>(capacity);
		this.quietNanos = quietNanos;
	}

	/**
	 * Find the incident of a throwable and what it brings along, or make it this one.
	 * @param related the throwable, its causes and what they suppress
	 * @param fresh the incident when none of them is known
	 * @return the incident of all of them
	 */
	Incident claim(List<Throwable> related, Incident fresh) {
		forgetReleased();
		Incident incident = find(related, fresh);
		// The innermost first: that is what two threads that wrap one failure have in
		// common, so one of them finds the other's claim
		for (int i = related.size() - 1; i >= 0; i--) {
			Incident other = remember(related.get(i), incident, fresh);
			if (other != null && incident == fresh && other.self() != fresh) {
				fresh.isSameAs(other);
				incident = other.self();
			}
		}
		return incident.self();
	}

	private Incident find(List<Throwable> related, Incident fresh) {
		for (Throwable throwable : related) {
			Incident known = this.incidents.get(new ThrowableKey(throwable, null));
			if (known != null && known.self().isSameFailure(throwable, fresh, this.quietNanos)) {
				return known.self();
			}
		}
		return fresh;
	}

	/** Let go of what was claimed for an incident that could not be recorded. */
	void forget(List<Throwable> related, Incident incident) {
		for (Throwable throwable : related) {
			this.incidents.remove(new ThrowableKey(throwable, null), incident);
		}
	}

	@Nullable Incident find(List<Throwable> related) {
		for (Throwable throwable : related) {
			Incident incident = this.incidents.get(new ThrowableKey(throwable, null));
			if (incident != null) {
				return incident.self();
			}
		}
		return null;
	}

	private @Nullable Incident remember(Throwable throwable, Incident incident, Incident fresh) {
		ThrowableKey seen = new ThrowableKey(throwable, this.released);
		Incident known = this.incidents.putIfAbsent(seen, incident);
		if (known != null && known != incident && !known.self().isSameFailure(throwable, fresh, this.quietNanos)) {
			this.incidents.replace(seen, known, incident);
			return null;
		}
		if (known == null) {
			ThrowableKey oldest = this.ring.getAndSet((int) (this.next.getAndIncrement() % this.ring.length()), seen);
			if (oldest != null) {
				this.incidents.remove(oldest);
			}
		}
		return known;
	}

	private void forgetReleased() {
		if (this.forgetting.get() || !this.forgetting.compareAndSet(false, true)) {
			return;
		}
		try {
			Reference<? extends Throwable> seen = this.released.poll();
			for (int i = 1; seen != null; i++) {
				this.incidents.remove(seen);
				seen = (i < MAX_RELEASED) ? this.released.poll() : null;
			}
		}
		finally {
			this.forgetting.set(false);
		}
	}

}

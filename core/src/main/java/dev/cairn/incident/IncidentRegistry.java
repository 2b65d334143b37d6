package dev.cairn.incident;

import java.util.List;

import dev.cairn.internal.WeakIdentityTable;
import org.jspecify.annotations.Nullable;

/**
 * Maps throwables to their incidents. Remembers a bounded number of throwables, and keeps
 * none of them in memory. Thread-safe.
 */
final class IncidentRegistry {

	private final WeakIdentityTable<Throwable, Incident> incidents;

	private final long quietNanos;

	/**
	 * Creates a registry.
	 * @param capacity the maximum number of throwables
	 * @param quietNanos how long a throwable is the same failure without traces
	 */
	IncidentRegistry(int capacity, long quietNanos) {
		this.incidents = new WeakIdentityTable<>(capacity);
		this.quietNanos = quietNanos;
	}

	/**
	 * Returns the incident of a throwable and of those related to it, or makes it the
	 * given one.
	 * @param related the throwable, its causes and its suppressed throwables
	 * @param fresh the incident if none of them is known
	 * @return the incident of all of them
	 */
	Incident claim(List<Throwable> related, Incident fresh) {
		Incident incident = find(related, fresh);
		// The innermost first: two threads that wrap the same failure have it in common,
		// so one of them finds the claim of the other
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
			Incident known = this.incidents.get(throwable);
			if (known != null && known.isSameFailure(throwable, fresh, this.quietNanos)) {
				return known.self();
			}
		}
		return fresh;
	}

	private @Nullable Incident remember(Throwable throwable, Incident incident, Incident fresh) {
		Incident known = this.incidents.putIfAbsent(throwable, incident);
		if (known != null && known != incident && !known.isSameFailure(throwable, fresh, this.quietNanos)) {
			this.incidents.replace(throwable, known, incident);
			return null;
		}
		return known;
	}

	/** Removes what was claimed for an incident that could not be captured. */
	void forget(List<Throwable> related, Incident incident) {
		related.forEach((throwable) -> this.incidents.remove(throwable, incident));
	}

	/** Returns the incident of one of the throwables, if any. */
	@Nullable Incident find(List<Throwable> related) {
		for (Throwable throwable : related) {
			Incident incident = this.incidents.get(throwable);
			if (incident != null) {
				return incident.self();
			}
		}
		return null;
	}

}

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

	/** How long a throwable is the same failure without traces. */
	private final long quietNanos;

	IncidentRegistry(int capacity, long quietNanos) {
		this.incidents = new WeakIdentityTable<>(capacity);
		this.quietNanos = quietNanos;
	}

	/**
	 * Returns the incident of a throwable and of those related to it, and makes it the
	 * given one if none of them is known.
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

	/** Returns the incident of the same failure, or the given one if there is none. */
	Incident find(List<Throwable> related, Incident fresh) {
		for (Throwable throwable : related) {
			Incident known = this.incidents.get(throwable);
			if (known != null && isSameFailure(known, throwable, fresh)) {
				return known.self();
			}
		}
		return fresh;
	}

	private @Nullable Incident remember(Throwable throwable, Incident incident, Incident report) {
		Incident known = this.incidents.putIfAbsent(throwable, incident);
		if (known != null && known != incident && !isSameFailure(known, throwable, report)) {
			this.incidents.replace(throwable, known, incident);
			return null;
		}
		return known;
	}

	private boolean isSameFailure(Incident known, Throwable throwable, Incident report) {
		return known.origin().isSameFailure(throwable, report.origin(), this.quietNanos);
	}

	/** Removes the claims of an incident that could not be captured. */
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

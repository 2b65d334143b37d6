package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The failures of a {@link RetryScope} by kind. For use under the lock of the scope.
 */
final class RetriedFailures {

	/** The number of kinds per scope; further kinds do not wait. */
	private static final int MAX_KINDS = 10;

	private final Map<Long, Kind> kinds = new LinkedHashMap<>();

	/** Returns the failures of a kind, or {@code null} if there was none. */
	@Nullable Kind find(long fingerprint) {
		return this.kinds.get(fingerprint);
	}

	/** Returns whether another kind may be added. */
	boolean hasRoom() {
		return this.kinds.size() < MAX_KINDS;
	}

	void add(long fingerprint, PendingIncident pending, int attempt, boolean reported) {
		this.kinds.put(fingerprint, new Kind(fingerprint, pending, attempt, reported));
	}

	/** Returns all kinds, in the order of their first failures. */
	List<Kind> all() {
		return List.copyOf(this.kinds.values());
	}

	void remove(Kind kind) {
		this.kinds.remove(kind.fingerprint);
	}

	/**
	 * The failures of a kind.
	 */
	static final class Kind {

		private final long fingerprint;

		private final Incident incident;

		/** {@code null} once the outcome is known. */
		private @Nullable PendingIncident pending;

		/** The last attempt in which it failed. */
		private int attempt;

		/** Whether the application captured it, rather than only throwing it. */
		private boolean reported;

		private Kind(long fingerprint, PendingIncident pending, int attempt, boolean reported) {
			this.fingerprint = fingerprint;
			this.incident = pending.incident();
			this.pending = pending;
			this.attempt = attempt;
			this.reported = reported;
		}

		long fingerprint() {
			return this.fingerprint;
		}

		Incident incident() {
			return this.incident;
		}

		boolean isReported() {
			return this.reported;
		}

		/**
		 * Adds a failure.
		 * @return whether it is counted: it is a further one of the same attempt
		 */
		boolean add(int attempt, boolean thrown) {
			boolean counted = attempt == this.attempt && !thrown && this.pending != null;
			if (counted && this.pending != null) {
				this.pending.increment();
			}
			this.attempt = attempt;
			this.reported |= !thrown;
			return counted;
		}

		/** Returns the failure that waits, once. */
		@Nullable PendingIncident settle() {
			PendingIncident settled = this.pending;
			this.pending = null;
			return settled;
		}

	}

}

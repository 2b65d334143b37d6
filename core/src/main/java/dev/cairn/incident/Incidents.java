package dev.cairn.incident;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.IncidentRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Knows which throwables belong to which incident. A throwable, its causes, what it
 * suppresses and whatever wraps it are one incident, in whichever order they are
 * reported. Remembers a bounded number of throwables, and none that the application has
 * let go. Thread-safe.
 */
public final class Incidents implements IncidentRecorder {

	/** The field that carries the id of the incident. */
	public static final String ERROR_ID = "error_id";

	private static final int DEFAULT_CAPACITY = 4096;

	private final int capacity;

	private final Map<Seen, Incident> incidents = new LinkedHashMap<>();

	private final ReferenceQueue<Throwable> released = new ReferenceQueue<>();

	/**
	 * Create a recorder that remembers the last 4096 throwables.
	 */
	public Incidents() {
		this(DEFAULT_CAPACITY);
	}

	/**
	 * Create a recorder.
	 * @param capacity how many throwables to remember, causes included
	 * @throws IllegalArgumentException when it is not positive
	 */
	public Incidents(int capacity) {
		if (capacity < 1) {
			throw new IllegalArgumentException("capacity must be positive, but was " + capacity);
		}
		this.capacity = capacity;
	}

	@Override
	public @Nullable String record(Throwable thrown, Event report) {
		List<Throwable> related = Throwables.related(thrown);
		Incident incident = new Incident(IncidentIds.next());
		Incident known = rememberUnlessKnown(related, incident);
		if (known != null) {
			return known.idIfAccepted();
		}
		// The id goes into the report itself; others that see the failure meanwhile get
		// it too
		incident.accepted(report.field(ERROR_ID, incident.id()).publish() != null);
		return incident.idIfAccepted();
	}

	private @Nullable Incident rememberUnlessKnown(List<Throwable> related, Incident incident) {
		synchronized (this.incidents) {
			forgetReleased();
			Incident known = find(related);
			remember(related, (known != null) ? known : incident);
			return known;
		}
	}

	private @Nullable Incident find(List<Throwable> related) {
		for (Throwable throwable : related) {
			Incident incident = this.incidents.get(new Seen(throwable, null));
			if (incident != null) {
				return incident;
			}
		}
		return null;
	}

	private void remember(List<Throwable> related, Incident incident) {
		for (Throwable throwable : related) {
			this.incidents.putIfAbsent(new Seen(throwable, this.released), incident);
		}
		Iterator<Seen> oldest = this.incidents.keySet().iterator();
		while (this.incidents.size() > this.capacity) {
			oldest.next();
			oldest.remove();
		}
	}

	private void forgetReleased() {
		Object seen = this.released.poll();
		while (seen != null) {
			this.incidents.remove(seen);
			seen = this.released.poll();
		}
	}

	/**
	 * Compares by identity: the equals and hashCode of a throwable are the application's.
	 */
	private static final class Seen extends WeakReference<Throwable> {

		private final int hash;

		Seen(Throwable throwable, @Nullable ReferenceQueue<Throwable> queue) {
			super(throwable, queue);
			this.hash = System.identityHashCode(throwable);
		}

		@Override
		public boolean equals(Object other) {
			if (this == other) {
				return true;
			}
			Throwable throwable = get();
			return throwable != null && other instanceof Seen seen && seen.get() == throwable;
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

	/** Published once; the outcome is known as soon as the publishing thread says so. */
	private static final class Incident {

		private final String id;

		private volatile boolean refused;

		Incident(String id) {
			this.id = id;
		}

		String id() {
			return this.id;
		}

		void accepted(boolean accepted) {
			this.refused = !accepted;
		}

		@Nullable String idIfAccepted() {
			return this.refused ? null : this.id;
		}

	}

}

package dev.cairn.incident;

import dev.cairn.KnownIncident;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * One failure, from its first report on. Thread-safe.
 */
final class Incident {

	private volatile String id = IncidentIds.next();

	private volatile @Nullable Trace trace;

	private volatile boolean refused;

	private volatile boolean withheld;

	/** The one that this has turned out to be. */
	private volatile @Nullable Incident same;

	Incident self() {
		Incident self = this;
		Incident next = self.same;
		while (next != null) {
			self = next;
			next = self.same;
		}
		return self;
	}

	void isSameAs(Incident other) {
		if (other.self() != this) {
			this.same = other;
		}
	}

	String id() {
		return this.id;
	}

	/** Take the id that somebody has been told before. */
	void id(String id) {
		this.id = id;
	}

	@Nullable Trace trace() {
		return this.trace;
	}

	void trace(@Nullable Trace trace) {
		this.trace = trace;
	}

	/** Tell nobody the id until it is sure that it will be used. */
	void withhold() {
		this.withheld = true;
	}

	void release() {
		this.withheld = false;
	}

	void refuse() {
		this.refused = true;
	}

	/** Meanwhile others are told the id that will be in the message. */
	@Nullable String idIfAccepted() {
		return isTold() ? this.id : null;
	}

	private boolean isTold() {
		return !this.refused && !this.withheld;
	}

	@Nullable KnownIncident view() {
		return isTold() ? new KnownIncident(this.id, this.trace) : null;
	}

}

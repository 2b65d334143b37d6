package dev.cairn.incident;

import java.util.concurrent.TimeUnit;

import dev.cairn.KnownIncident;
import dev.cairn.Trace;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * One failure, from its first report on. Thread-safe.
 */
final class Incident {

	/** More would be a mistake: two that have turned out to be each other. */
	private static final int MAX_STEPS = 100;

	/** Layers of one unit of work report within this, as long as no trace says so. */
	private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long nanos = System.nanoTime();

	private final long thread = Thread.currentThread().getId();

	private volatile String id = IncidentIds.next();

	private volatile @Nullable Trace trace;

	private volatile boolean refused;

	private volatile boolean withheld;

	/** The one that this has turned out to be. */
	private volatile @Nullable Incident same;

	/** The other trace that has seen it. */
	private volatile @Nullable String otherTrace;

	Incident self() {
		Incident self = this;
		Incident next = self.same;
		for (int i = 0; next != null && i < MAX_STEPS; i++) {
			self = next;
			next = self.same;
		}
		return self;
	}

	/**
	 * Whether a throwable of this incident is still the same failure when it is reported
	 * again. One and the same object may be thrown again and again: constants, and what
	 * the JVM throws without a stack from code that it has compiled. What has no stack is
	 * the same in the same trace, or on the same thread at once. What has one may get
	 * from the trace in which it failed to one that waits for it.
	 * @param thrown the throwable
	 * @param report the incident that it would be
	 * @param quietNanos how long it is known where nothing else tells
	 */
	boolean isSameFailure(Throwable thrown, Incident report, long quietNanos) {
		Trace here = this.trace;
		Trace there = report.trace;
		if (here != null && there != null) {
			return here.traceId().equals(there.traceId()) || (hasStack(thrown) && isSeenBy(there.traceId()));
		}
		long age = report.nanos - this.nanos;
		return (this.thread == report.thread && age < AT_ONCE_NANOS) || (age < quietNanos && hasStack(thrown));
	}

	private static boolean hasStack(Throwable thrown) {
		return Throwables.frames(thrown).length > 0;
	}

	private boolean isSeenBy(String traceId) {
		if (this.otherTrace == null) {
			this.otherTrace = traceId;
		}
		return traceId.equals(this.otherTrace);
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

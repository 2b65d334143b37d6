package dev.cairn.incident;

import java.util.concurrent.TimeUnit;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * One failure, from its first report on. Thread-safe.
 */
public final class Incident {

	/** The bound on the chain of incidents that are the same failure. */
	private static final int MAX_STEPS = 100;

	/** The time within which layers report the same failure outside of any work. */
	private static final long SAME_WORK_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long nanos = System.nanoTime();

	private final long thread = Thread.currentThread().getId();

	private volatile String id = IncidentIds.next();

	private final @Nullable String unitId = currentUnitId();

	private volatile @Nullable Trace trace;

	private volatile boolean refused;

	private volatile boolean withheld;

	/** The incident that is the same failure. */
	private volatile @Nullable Incident same;

	/** The other work that may report it. */
	private volatile @Nullable String otherWork;

	/**
	 * Creates an incident.
	 * @param trace the trace in which the failure is reported first
	 */
	public Incident(@Nullable Trace trace) {
		this.trace = trace;
	}

	/**
	 * Returns the id that the message has.
	 * @return 32 lower-case hex digits
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns the id of the failure, which may be that of another incident whose message
	 * stands for it.
	 * @return the id; {@code null} if no message with it was accepted, or as long as none
	 * may be
	 */
	public @Nullable String acceptedId() {
		Incident self = self();
		return (self.refused || self.withheld) ? null : self.id;
	}

	/**
	 * Returns the trace in which the failure was reported first.
	 * @return the trace; {@code null} without one
	 */
	public @Nullable Trace trace() {
		return this.trace;
	}

	/**
	 * Sets the trace in which the failure is reported first.
	 * @param trace the trace
	 */
	public void trace(@Nullable Trace trace) {
		this.trace = trace;
	}

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
	 * Returns whether a throwable of this incident is still the same failure when it is
	 * reported again. The same object may be thrown many times: a constant, or what the
	 * JVM throws without a stack from compiled code. Without a stack it is the same
	 * failure in the same work, or on the same thread within a second. With a stack it
	 * may be reported by one other work as well, such as one that waited for it.
	 * @param thrown the throwable
	 * @param report the incident of the new report
	 * @param quietNanos how long it is the same failure outside of any work
	 */
	boolean isSameFailure(Throwable thrown, Incident report, long quietNanos) {
		String here = workId();
		String there = report.workId();
		if (here != null && there != null) {
			return here.equals(there) || (hasStack(thrown) && isOtherWork(there));
		}
		long age = report.nanos - this.nanos;
		return (this.thread == report.thread && age < SAME_WORK_NANOS) || (age < quietNanos && hasStack(thrown));
	}

	private static boolean hasStack(Throwable thrown) {
		return Throwables.frames(thrown).length > 0;
	}

	private boolean isOtherWork(String id) {
		if (this.otherWork == null) {
			this.otherWork = id;
		}
		return id.equals(this.otherWork);
	}

	/** Returns the id of the trace or of the unit of work, if any. */
	private @Nullable String workId() {
		Trace trace = this.trace;
		return (trace != null) ? trace.traceId() : this.unitId;
	}

	/** Only the id: an incident may live longer than the unit of work. */
	private static @Nullable String currentUnitId() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.id() : null;
	}

	/** Returns whether both are reported in the same work, or else by the same thread. */
	boolean isReportedWith(Incident other) {
		String here = workId();
		String there = other.workId();
		return (here != null && there != null) ? here.equals(there) : this.thread == other.thread;
	}

	void isSameAs(Incident other) {
		if (other.self() != this) {
			this.same = other;
		}
	}

	/** Sets an id that has been returned to a caller before. */
	void id(String id) {
		this.id = id;
	}

	/** Withholds the id until it is certain that a message has it. */
	void withhold() {
		this.withheld = true;
	}

	void release() {
		this.withheld = false;
	}

	void refuse() {
		this.refused = true;
	}

}

package dev.cairn.incident;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * When and where a failure was reported first: its thread, and the trace or the unit of
 * work. Thread-safe.
 */
final class ReportOrigin {

	/** The time within which layers report the same failure outside of any work. */
	private static final long SAME_WORK_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long nanos = System.nanoTime();

	private final long thread = Thread.currentThread().getId();

	/** Only the id: an incident may live longer than the unit of work. */
	private final @Nullable String unitId = currentUnitId();

	private volatile @Nullable Trace trace;

	/** The other work that may report the failure. */
	private volatile @Nullable String otherWork;

	ReportOrigin(@Nullable Trace trace) {
		this.trace = trace;
	}

	private static @Nullable String currentUnitId() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.id() : null;
	}

	@Nullable Trace trace() {
		return this.trace;
	}

	void trace(@Nullable Trace trace) {
		this.trace = trace;
	}

	private @Nullable String workId() {
		Trace trace = this.trace;
		return (trace != null) ? trace.traceId() : this.unitId;
	}

	/**
	 * Returns whether both are in the same work, or on the same thread outside of any.
	 */
	boolean isSameWork(ReportOrigin other) {
		String here = workId();
		return Objects.equals(here, other.workId()) && (here != null || this.thread == other.thread);
	}

	boolean isOfThisThread() {
		return this.thread == Thread.currentThread().getId();
	}

	/**
	 * Returns whether a throwable is still the same failure when it is reported again.
	 * The same object may be thrown many times: a constant, or an exception that the JVM
	 * throws without a stack from compiled code. Without a stack it is the same failure
	 * in the same work, or on the same thread within a second. With a stack it may be
	 * reported by one other work as well, such as one that waited for it.
	 * @param thrown the throwable
	 * @param report the origin of the new report
	 * @param quietNanos how long it is the same failure outside of any work
	 */
	boolean isSameFailure(Throwable thrown, ReportOrigin report, long quietNanos) {
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

}

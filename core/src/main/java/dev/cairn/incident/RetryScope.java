package dev.cairn.incident;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.cairn.Cairn.Attempts;
import dev.cairn.MessageFields;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at one piece of work. Failures of the same kind are one incident, whose
 * message waits for the last attempt or for a deadline. Guarded by itself; nothing is
 * sent under the lock.
 */
final class RetryScope implements Attempts {

	private static final UnitOfWork.Key<RetryScope> CURRENT = new UnitOfWork.Key<>("retry scope");

	private final Shared shared;

	private final Consumer<Throwable> capture;

	private final RetriedFailures failures = new RetriedFailures();

	/** The number of the attempt. */
	private int attempt;

	private int failed;

	/** The throwable of the current attempt, so that it is counted once. */
	private @Nullable Throwable last;

	private boolean throwing;

	private boolean closed;

	/** The unit of work of the last attempt. */
	private @Nullable UnitOfWork unit;

	/** Restores what was current before the attempt, on the thread that began it. */
	private UnitOfWork.@Nullable Scope entered;

	private @Nullable Thread enteredBy;

	private @Nullable Future<?> deadline;

	RetryScope(Shared shared, Consumer<Throwable> capture) {
		this.shared = shared;
		this.capture = capture;
	}

	/** Returns the scope of the current unit of work, if any. */
	static @Nullable RetryScope current() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.attribute(CURRENT) : null;
	}

	/** Makes this the scope of the current unit of work, or of the last one. */
	private UnitOfWork.Scope enter() {
		UnitOfWork unit = unit();
		UnitOfWork.Scope opened = unit.open();
		RetryScope before = unit.set(CURRENT, this);
		return () -> {
			unit.set(CURRENT, before);
			opened.close();
		};
	}

	private synchronized UnitOfWork unit() {
		UnitOfWork current = UnitOfWork.current();
		if (current != null) {
			this.unit = current;
		}
		else if (this.unit == null) {
			this.unit = Signals.NONE.start(UnitOfWork.Kind.TASK, "attempts", null);
		}
		return this.unit;
	}

	@Override
	public void begin() {
		end();
		synchronized (this) {
			this.last = null;
			this.attempt++;
			this.entered = enter();
			this.enteredBy = Thread.currentThread();
		}
	}

	@Override
	public void end() {
		UnitOfWork.Scope left = null;
		synchronized (this) {
			if (this.enteredBy == Thread.currentThread()) {
				left = this.entered;
				this.entered = null;
				this.enteredBy = null;
			}
		}
		if (left != null) {
			left.close();
		}
	}

	@Override
	public void failed(Throwable thrown) {
		UnitOfWork.Scope scope = enter();
		synchronized (this) {
			if (thrown != this.last) {
				this.last = thrown;
				this.failed++;
			}
			this.throwing = true;
		}
		try {
			this.capture.accept(thrown);
		}
		finally {
			synchronized (this) {
				this.throwing = false;
			}
			scope.close();
		}
	}

	@Override
	public synchronized void failedElsewhere(int number) {
		this.failed += number;
	}

	@Override
	public void givenUp(Throwable thrown) {
		failed(thrown);
		sendAll();
	}

	@Override
	public void succeeded() {
		List<RetriedFailures.Kind> reported = new ArrayList<>();
		synchronized (this) {
			for (RetriedFailures.Kind kind : this.failures.all()) {
				if (kind.isReported()) {
					reported.add(kind);
				}
				else {
					forget(kind);
				}
			}
			close();
		}
		reported.forEach(this::send);
	}

	/** Forgets a failure without a report; the next one of its kind is another one. */
	private void forget(RetriedFailures.Kind kind) {
		this.failures.remove(kind);
		if (kind.settle() != null) {
			kind.incident().refuse();
			this.shared.account().recovered();
		}
	}

	/** Sends what has failed so far, after the last attempt or at the deadline. */
	void sendAll() {
		List<RetriedFailures.Kind> all;
		synchronized (this) {
			all = this.failures.all();
			close();
		}
		all.forEach(this::send);
	}

	private void send(RetriedFailures.Kind kind) {
		PendingIncident pending;
		synchronized (this) {
			pending = kind.settle();
			if (pending == null) {
				return;
			}
			kind.incident().release();
			if (this.failed > 0) {
				pending.details(Map.of(MessageFields.ATTEMPTS, this.failed));
			}
		}
		this.shared.grouper().admit(kind.fingerprint(), pending, 0);
	}

	/** Cancels the deadline, which would keep the messages in memory. */
	private void close() {
		this.closed = true;
		this.last = null;
		this.shared.open().remove(this);
		if (this.deadline != null) {
			this.deadline.cancel(false);
			this.deadline = null;
		}
	}

	/**
	 * Takes a failure that was captured in an attempt, and counts it.
	 * @param fingerprint the kind of the failure
	 * @param pending the failure
	 * @param type the type under which it is counted
	 * @return what became of it
	 */
	synchronized Taken take(long fingerprint, PendingIncident pending, String type) {
		RetriedFailures.Kind known = this.failures.find(fingerprint);
		if (known != null) {
			pending.incident().isSameAs(known.incident());
			if (known.add(this.attempt, this.throwing)) {
				this.shared.account().failed(type, 1);
			}
			else {
				this.shared.account().repeated();
			}
			return Taken.JOINED;
		}
		if (this.closed || !this.failures.hasRoom() || !hasDeadline()) {
			return Taken.NOT;
		}
		this.shared.account().failed(type, 1);
		pending.incident().withhold();
		this.failures.add(fingerprint, pending, this.attempt, !this.throwing);
		return Taken.HELD;
	}

	private boolean hasDeadline() {
		if (this.deadline == null) {
			this.shared.open().add(this);
			this.deadline = this.shared.schedule(this::sendAll);
		}
		return this.deadline != null;
	}

	/**
	 * The outcome of a failure that was captured in an attempt.
	 */
	enum Taken {

		/** It waits for the last attempt. */
		HELD,
		/** It is part of a failure that waits, or that was sent. */
		JOINED,
		/** It is not part of the scope. */
		NOT

	}

	/**
	 * State that the scopes of a service share.
	 *
	 * @param account counts the failures
	 * @param grouper admits those whose attempts have ended
	 * @param scheduler runs the deadlines
	 * @param waitNanos the time until a deadline
	 * @param open the scopes that hold failures
	 */
	record Shared(IncidentCounts account, IncidentGrouper grouper, ScheduledExecutorService scheduler, long waitNanos,
			Set<RetryScope> open) {

		/** Schedules a deadline, or returns {@code null} after the end. */
		@Nullable Future<?> schedule(Runnable deadline) {
			try {
				return this.scheduler.schedule(deadline, this.waitNanos, TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				return null;
			}
		}

	}

}

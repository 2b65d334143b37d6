package dev.cairn.incident;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import dev.cairn.Attempts;
import dev.cairn.IncidentAccount;
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

	/** The number of kinds of failures per scope; further kinds do not wait. */
	private static final int MAX_KINDS = 10;

	private static final UnitOfWork.Key<RetryScope> CURRENT = new UnitOfWork.Key<>("retry scope");

	private final Incidents incidents;

	private final IncidentAccount account;

	private final Consumer<Throwable> capture;

	private final Map<Long, Kind> kinds = new LinkedHashMap<>();

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

	RetryScope(Incidents incidents, IncidentAccount account, Consumer<Throwable> capture) {
		this.incidents = incidents;
		this.account = account;
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
		List<Kind> reported = new ArrayList<>();
		synchronized (this) {
			for (Kind kind : List.copyOf(this.kinds.values())) {
				if (kind.reported) {
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
	private void forget(Kind kind) {
		this.kinds.remove(kind.fingerprint);
		if (kind.settle() != null) {
			kind.incident.refuse();
			this.account.recovered();
		}
	}

	/** Sends what has failed so far, after the last attempt or at the deadline. */
	void sendAll() {
		List<Kind> all;
		synchronized (this) {
			all = List.copyOf(this.kinds.values());
			close();
		}
		all.forEach(this::send);
	}

	private void send(Kind kind) {
		PendingIncident pending;
		synchronized (this) {
			pending = kind.settle();
			if (pending == null) {
				return;
			}
			kind.incident.release();
			if (this.failed > 0) {
				pending.details(Map.of(MessageFields.ATTEMPTS, this.failed));
			}
		}
		this.incidents.admit(kind.fingerprint, pending);
	}

	/** Cancels the deadline, which would keep the messages in memory. */
	private void close() {
		this.closed = true;
		this.last = null;
		this.incidents.closed(this);
		if (this.deadline != null) {
			this.deadline.cancel(false);
			this.deadline = null;
		}
	}

	/** Sets the task that calls {@link #sendAll()} at the deadline. */
	synchronized void deadline(Future<?> deadline) {
		if (this.closed || this.deadline != null) {
			deadline.cancel(false);
		}
		else {
			this.deadline = deadline;
		}
	}

	/**
	 * Takes a failure that was captured in an attempt.
	 * @param fingerprint the kind of the failure
	 * @param pending the failure
	 * @return what became of it
	 */
	synchronized Taken take(long fingerprint, PendingIncident pending) {
		Kind known = this.kinds.get(fingerprint);
		if (known != null) {
			boolean joined = known.attempt == this.attempt && !this.throwing && known.join();
			known.attempt = this.attempt;
			known.reported |= !this.throwing;
			pending.incident().isSameAs(known.incident);
			return joined ? Taken.JOINED : Taken.KNOWN;
		}
		if (this.closed || this.kinds.size() >= MAX_KINDS) {
			return Taken.NOT;
		}
		pending.incident().withhold();
		this.kinds.put(fingerprint, new Kind(fingerprint, pending, this.attempt, !this.throwing));
		return Taken.HELD;
	}

	/**
	 * What became of a failure that was captured in an attempt.
	 */
	enum Taken {

		/** It waits for the last attempt. */
		HELD,
		/** An earlier attempt failed in the same way. */
		KNOWN,
		/** It is a further failure of the same attempt. */
		JOINED,
		/** It is not part of the scope. */
		NOT

	}

	private static final class Kind {

		private final long fingerprint;

		private final Incident incident;

		/** {@code null} once the outcome is known. */
		private @Nullable PendingIncident pending;

		/** The last attempt in which it failed. */
		private int attempt;

		/** Whether the application captured it, rather than only throwing it. */
		private boolean reported;

		Kind(long fingerprint, PendingIncident pending, int attempt, boolean reported) {
			this.fingerprint = fingerprint;
			this.incident = pending.incident();
			this.pending = pending;
			this.attempt = attempt;
			this.reported = reported;
		}

		private boolean join() {
			if (this.pending == null) {
				return false;
			}
			this.pending.increment();
			return true;
		}

		private @Nullable PendingIncident settle() {
			PendingIncident settled = this.pending;
			this.pending = null;
			return settled;
		}

	}

}

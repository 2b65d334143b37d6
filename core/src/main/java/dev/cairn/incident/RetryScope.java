package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.Failure.Attempts;
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

	/** The number of kinds of failures; further kinds do not wait. */
	private static final int MAX_KINDS = 10;

	private final Shared shared;

	private final Signals signals;

	private final Consumer<Throwable> capture;

	/** In the order of their first failures. */
	private final Map<Long, Kind> kinds = new LinkedHashMap<>();

	/** The number of the attempt. */
	private int attempt;

	private int failed;

	/** The throwable of the current attempt, which is counted once. */
	private @Nullable Throwable last;

	/** Whether the outcome is known; until then, the messages of all kinds wait. */
	private boolean closed;

	/** The unit of work of the last attempt. */
	private @Nullable UnitOfWork unit;

	/** Restores the scope before the attempt, on the thread that began it. */
	private UnitOfWork.@Nullable Scope entered;

	private @Nullable Thread enteredBy;

	private IncidentTimer.@Nullable Task deadline;

	RetryScope(Shared shared, Signals signals, Consumer<Throwable> capture) {
		this.shared = shared;
		this.signals = signals;
		this.capture = capture;
	}

	/** Returns the scope of the current unit of work, if any. */
	static @Nullable RetryScope current() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.attribute(CURRENT) : null;
	}

	/**
	 * Makes this the scope of the current unit of work, or of the last one. Without any,
	 * the attempts have one of their own, with the ids of this service. Listeners do not
	 * receive it, because an attempt may begin without a report of its end.
	 */
	private synchronized UnitOfWork.Scope enter() {
		UnitOfWork current = (UnitOfWork.current() != null) ? UnitOfWork.current() : this.unit;
		UnitOfWork entered = (current != null) ? current
				: this.signals.prepare(UnitOfWork.Kind.TASK, "attempts", (header) -> null);
		this.unit = entered;
		UnitOfWork.Scope opened = entered.open();
		RetryScope before = entered.set(CURRENT, this);
		return () -> {
			entered.set(CURRENT, before);
			opened.close();
		};
	}

	@Override
	public synchronized void begin() {
		end();
		this.last = null;
		this.attempt++;
		this.entered = enter();
		this.enteredBy = Thread.currentThread();
	}

	@Override
	public synchronized void end() {
		UnitOfWork.Scope left = this.entered;
		if (left != null && this.enteredBy == Thread.currentThread()) {
			this.entered = null;
			this.enteredBy = null;
			left.close();
		}
	}

	@Override
	public void failed(Throwable thrown) {
		UnitOfWork.Scope scope = enter();
		try {
			noteFailed(thrown);
			this.capture.accept(thrown);
		}
		finally {
			scope.close();
		}
	}

	private synchronized void noteFailed(Throwable thrown) {
		if (thrown != this.last) {
			this.last = thrown;
			this.failed++;
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
		synchronized (this) {
			this.kinds.values().removeIf(this::isForgotten);
		}
		sendAll();
	}

	/** Forgets a failure without a report; the next one of its kind is another one. */
	private boolean isForgotten(Kind kind) {
		if (!this.closed && !kind.reported) {
			this.shared.grouper().enter(kind.incident, IncidentState.REFUSED);
			this.shared.account().recovered();
		}
		return !kind.reported;
	}

	/** Sends the failures that wait, after the last attempt or at the deadline. */
	private void sendAll() {
		List<Kind> sent;
		synchronized (this) {
			sent = this.closed ? List.of() : List.copyOf(this.kinds.values());
			for (Kind kind : sent) {
				if (this.failed > 0) {
					this.shared.grouper().describe(kind.incident, Map.of(MessageFields.ATTEMPTS, this.failed));
				}
			}
			this.closed = true;
			this.last = null;
			if (this.deadline != null) {
				// It would keep the messages in memory
				this.deadline.cancel();
				this.deadline = null;
			}
		}
		sent.forEach((kind) -> this.shared.grouper().admit(kind.fingerprint, kind.incident, 0));
	}

	/**
	 * Takes a failure that was captured in an attempt, and counts it. Returns the
	 * incident whose message stands for it, or {@code null} if it is not part of the
	 * scope.
	 */
	@Nullable Incident take(long fingerprint, Incident incident, Throwable thrown) {
		boolean another;
		Incident standing;
		synchronized (this) {
			boolean reported = thrown != this.last;
			Kind known = this.kinds.get(fingerprint);
			if (known != null) {
				another = !this.closed && known.attempt == this.attempt && reported;
				standing = join(known, incident, another, reported);
			}
			else if (hasRoom()) {
				another = true;
				standing = incident;
				this.shared.grouper().enter(incident, IncidentState.RETRYING);
				this.kinds.put(fingerprint, new Kind(fingerprint, incident, this.attempt, reported));
			}
			else {
				return null;
			}
		}
		// The listeners of the account are foreign code
		if (another) {
			this.shared.account().failed(thrown.getClass().getName(), 1);
		}
		else {
			this.shared.account().repeated();
		}
		return standing;
	}

	private Incident join(Kind known, Incident incident, boolean another, boolean reported) {
		if (another) {
			this.shared.grouper().join(incident, known.incident);
		}
		else {
			incident.isSameAs(known.incident);
		}
		known.attempt = this.attempt;
		known.reported |= reported;
		return known.incident;
	}

	private boolean hasRoom() {
		if (!this.closed && this.deadline == null) {
			this.deadline = this.shared.timer().schedule(this::sendAll, this.shared.waitNanos());
		}
		return this.deadline != null && this.kinds.size() < MAX_KINDS;
	}

	/**
	 * The failures of a kind.
	 */
	private static final class Kind {

		private final long fingerprint;

		private final Incident incident;

		/** The last attempt in which it failed. */
		private int attempt;

		/** Whether the application captured it, rather than only throwing it. */
		private boolean reported;

		Kind(long fingerprint, Incident incident, int attempt, boolean reported) {
			this.fingerprint = fingerprint;
			this.incident = incident;
			this.attempt = attempt;
			this.reported = reported;
		}

	}

	/** State that the scopes of a service share, and the time until a deadline. */
	record Shared(IncidentCounts account, IncidentGrouper grouper, IncidentTimer timer, long waitNanos) {
	}

}

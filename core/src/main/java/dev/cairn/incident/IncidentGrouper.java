package dev.cairn.incident;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import dev.cairn.incident.FailureKinds.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the message of a failure may be sent, and for how many failures it stands.
 * The first failures of a kind, its burst, are each sent on their own. Those beyond it
 * share a message, of which one is sent per interval. The lock of this object guards the
 * state of all incidents; it is never held while a message is built or sent. Thread-safe.
 */
final class IncidentGrouper {

	private static final int MAX_SENDING = Integer.MAX_VALUE;

	private final long intervalNanos;

	private final IncidentTimer timer;

	private final IncidentCounts account;

	/** Without an interval, each failure is one of the burst. */
	private final FailureKinds kinds;

	/** The incidents whose messages wait, oldest first. */
	private final Map<Incident, Waiting> waiting = new LinkedHashMap<>();

	/** A permit for each thread that sends a message that waited. */
	private final Semaphore sending = new Semaphore(MAX_SENDING);

	IncidentGrouper(int burst, Duration interval, IncidentLimits limits, IncidentTimer timer, IncidentCounts account) {
		this.intervalNanos = TimeUnit.NANOSECONDS.convert(interval);
		this.timer = timer;
		this.account = account;
		this.kinds = new FailureKinds(limits, isGrouping() ? burst : Integer.MAX_VALUE, timer.nanoTime());
	}

	/** Returns whether the kind of a failure matters. */
	boolean isGrouping() {
		return this.intervalNanos > 0;
	}

	/**
	 * Admits a failure: its message is released now or after a minimum time, or that of
	 * another failure stands for it. Returns the incident whose message stands for it.
	 */
	Incident admit(long hash, Incident incident, long waitNanos) {
		synchronized (this) {
			long now = this.timer.nanoTime();
			Kind kind = this.kinds.get(isGrouping() ? hash : 0, now);
			boolean alone = kind.takeFromBurst(now);
			Incident standing = alone ? null : kind.joinable;
			if (standing != null) {
				standing.include(incident);
				return standing;
			}
			long slot = alone ? now : kind.nextSlot;
			if (hold(incident, kind, slot, Math.max(slot - now, waitNanos))) {
				kind.joinable = alone ? kind.joinable : incident;
				return incident;
			}
		}
		release(incident);
		return incident;
	}

	/** Returns {@code false} if the message is to be released now, and takes the slot. */
	private boolean hold(Incident incident, Kind kind, long slot, long delay) {
		IncidentTimer.Task task = (delay > 0) ? this.timer.schedule(() -> release(incident), delay) : null;
		this.waiting.put(incident, new Waiting(kind, slot, task));
		incident.enter(IncidentState.WAITING);
		kind.nextSlot = (task != null) ? kind.nextSlot : this.timer.nanoTime() + this.intervalNanos;
		return task != null;
	}

	private @Nullable Waiting stopWaiting(Incident incident) {
		Waiting known = this.waiting.remove(incident);
		if (known != null && known.task != null) {
			known.task.cancel();
		}
		return known;
	}

	private void release(Incident incident) {
		this.sending.acquireUninterruptibly();
		try {
			decide(incident);
			synchronized (this) {
				Waiting known = stopWaiting(incident);
				if (known == null) {
					return;
				}
				known.kind.released(incident, this.timer.nanoTime() + this.intervalNanos);
				if (!incident.release(known.kind.remark)) {
					return;
				}
			}
			send(incident);
		}
		finally {
			this.sending.release();
		}
	}

	/** Releases an incident whose message need not wait any longer than for its turn. */
	void releaseInTurn(Incident incident) {
		synchronized (this) {
			Waiting known = stopWaiting(incident);
			if (known != null && hold(incident, known.kind, known.slot, known.slot - this.timer.nanoTime())) {
				return;
			}
		}
		release(incident);
	}

	/** Sets the message of an incident, or {@code null} if no sink accepts it. */
	void complete(Incident incident, @Nullable Predicate<Map<String, ?>> message) {
		synchronized (this) {
			if (!incident.complete(message)) {
				return;
			}
		}
		send(incident);
	}

	private void send(Incident incident) {
		boolean accepted = false;
		try {
			accepted = incident.send();
		}
		finally {
			synchronized (this) {
				incident.enter(accepted ? IncidentState.SENT : IncidentState.REFUSED);
			}
			incident.count(this.account, accepted);
		}
	}

	/** Notes that an exception is known to be a failure. */
	void decide(Incident incident) {
		List<Runnable> actions;
		synchronized (this) {
			actions = incident.decided();
		}
		actions.forEach(Runnable::run);
	}

	/**
	 * Runs an action once an exception is known to be a failure. If it is known not to be
	 * one, the action is not run.
	 */
	void whenDecided(Incident incident, Runnable action) {
		synchronized (this) {
			if (incident.waitsForDecision(action)) {
				return;
			}
		}
		action.run();
	}

	/** Withdraws an incident. Returns {@code false} if it was sent already. */
	synchronized boolean withdraw(Incident incident, boolean text) {
		Incident standing = incident.self();
		if (!standing.is(IncidentState.WAITING) || !(text || incident.isUndecided())) {
			return false;
		}
		incident.decided();
		if (leave(standing, text)) {
			standing.refuse();
		}
		if (incident != standing) {
			incident.refuse();
		}
		return true;
	}

	/** Gives a throwable the id of a text that quotes it, which is withdrawn. */
	synchronized void replace(Incident text, Incident thrown) {
		Incident standing = text.self();
		if (standing.is(IncidentState.WAITING) && leave(standing, true)) {
			standing.passOn(thrown);
		}
	}

	/** Returns whether the message stands for no failure any more. */
	private boolean leave(Incident standing, boolean text) {
		Waiting known = standing.exclude(text) ? stopWaiting(standing) : null;
		if (known != null) {
			known.kind.withdrawn(standing);
		}
		return known != null;
	}

	/** Makes the message of an earlier attempt stand for one more failure. */
	synchronized void join(Incident incident, Incident standing) {
		standing.include(incident);
	}

	/** Adds fields that a later report of a failure has, unless it is released. */
	synchronized void describe(Incident incident, Map<String, ?> fields) {
		incident.describe(fields);
	}

	/** Changes the state of an incident that does not wait here. */
	synchronized void enter(Incident incident, IncidentState state) {
		incident.enter(state);
	}

	/** Gives a failure the id under which the application has reported it. */
	synchronized boolean takeOver(Incident reported, Incident captured) {
		return reported.is(IncidentState.REPORTED) && reported.passOn(captured);
	}

	/** Returns the number of kinds that are distinguished at the moment. */
	synchronized int size() {
		return this.kinds.size(this.timer.nanoTime());
	}

	/**
	 * Releases all messages that wait, waits for those that are being sent, and returns
	 * whether all have been sent.
	 */
	boolean flush(long timeoutNanos) {
		List<Incident> all;
		synchronized (this) {
			all = List.copyOf(this.waiting.keySet());
		}
		all.forEach(this::release);
		try {
			if (this.sending.tryAcquire(MAX_SENDING, timeoutNanos, TimeUnit.NANOSECONDS)) {
				this.sending.release(MAX_SENDING);
				return true;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return false;
	}

	/** An incident that waits for its turn, and the task that ends the wait. */
	private record Waiting(Kind kind, long slot, IncidentTimer.@Nullable Task task) {
	}

}

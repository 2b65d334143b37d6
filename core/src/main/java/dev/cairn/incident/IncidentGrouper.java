package dev.cairn.incident;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Decides when the message of a failure may be sent, and for how many failures it stands.
 * The first failures of a kind, its burst, are each sent on their own. Those beyond it
 * share a message, of which one is sent per interval. The number of kinds is bounded:
 * failures of further kinds share a group. Thread-safe; the lock is never held while a
 * message is built or sent.
 */
final class IncidentGrouper {

	private static final long BURST_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final int MAX_SENDING = Integer.MAX_VALUE;

	private final int burst;

	private final long intervalNanos;

	private final long quietNanos;

	private final int capacity;

	private final IncidentTimer timer;

	private final IncidentCounts account;

	/** By the kind of their failures. Guarded by this. */
	private final Map<Long, Group> groups = new HashMap<>();

	private final Group mixed;

	/** The incidents whose messages wait, oldest first. Guarded by this. */
	private final Map<Incident, Waiting> waiting = new LinkedHashMap<>();

	/** A permit for each thread that sends a message that waited. */
	private final Semaphore sending = new Semaphore(MAX_SENDING);

	IncidentGrouper(int burst, Duration interval, IncidentLimits limits, IncidentTimer timer, IncidentCounts account) {
		this.burst = burst;
		this.intervalNanos = TimeUnit.NANOSECONDS.convert(interval);
		this.quietNanos = limits.quiet().toNanos();
		this.capacity = limits.kinds();
		this.timer = timer;
		this.account = account;
		this.mixed = new Group(Map.of("mixed", true), timer.nanoTime());
	}

	/** Returns whether the kind of a failure matters. */
	boolean isGrouping() {
		return this.intervalNanos > 0;
	}

	/**
	 * Admits a failure: its message is released now or after a minimum time, or that of
	 * another failure stands for it. Returns the incident whose message stands for it.
	 */
	Incident admit(long kind, Incident incident, long waitNanos) {
		Map<String, Object> remark = Map.of();
		if (isGrouping() || waitNanos > 0) {
			synchronized (this) {
				Group group = group(kind);
				Incident standing = group(group, incident, waitNanos);
				if (standing != null) {
					return standing;
				}
				remark = group.remark;
			}
		}
		incident.release(remark, this.account);
		return incident;
	}

	private Group group(long kind) {
		Group known = this.groups.get(kind);
		if (known != null) {
			return known;
		}
		if (this.groups.size() >= this.capacity) {
			return this.mixed;
		}
		if (this.groups.isEmpty()) {
			this.timer.schedule(this::sweep, this.quietNanos);
		}
		Group opened = new Group(Map.of(), this.timer.nanoTime());
		this.groups.put(kind, opened);
		return opened;
	}

	/** Returns the incident that waits, or {@code null} if the message may be sent. */
	private @Nullable Incident group(Group group, Incident incident, long waitNanos) {
		long now = this.timer.nanoTime();
		group.lastSeen = now;
		boolean alone = takeFromBurst(group, now);
		if (!alone && group.joinable != null) {
			incident.mergeInto(group.joinable);
			return group.joinable;
		}
		long slot = alone ? now : group.nextSlot;
		if (hold(incident, group, slot, Math.max(slot - now, waitNanos))) {
			group.joinable = alone ? group.joinable : incident;
			return incident;
		}
		group.nextSlot = now + this.intervalNanos;
		return null;
	}

	private boolean hold(Incident incident, Group group, long slot, long delay) {
		IncidentTimer.Task task = (delay > 0) ? this.timer.schedule(() -> release(incident), delay) : null;
		if (task != null) {
			this.waiting.put(incident, new Waiting(group, slot, task));
		}
		return task != null;
	}

	private boolean takeFromBurst(Group group, long now) {
		if (now - group.burstStart >= BURST_NANOS) {
			group.burstStart = now;
			group.usedOfBurst = 0;
		}
		if (isGrouping() && group.usedOfBurst >= this.burst) {
			return false;
		}
		group.usedOfBurst++;
		return true;
	}

	private void release(Incident incident) {
		this.sending.acquireUninterruptibly();
		try {
			Group group = remove(incident);
			if (group != null) {
				incident.release(group.remark, this.account);
			}
		}
		finally {
			this.sending.release();
		}
	}

	/** Releases an incident whose message need not wait any longer than for its turn. */
	void releaseInTurn(Incident incident) {
		synchronized (this) {
			Waiting known = this.waiting.get(incident);
			long delay = (known != null) ? known.slot - this.timer.nanoTime() : 0;
			if (known != null && hold(incident, known.group, known.slot, delay)) {
				known.task.cancel();
				return;
			}
		}
		release(incident);
	}

	private synchronized @Nullable Group remove(Incident incident) {
		Waiting known = this.waiting.remove(incident);
		if (known == null) {
			return null;
		}
		known.task.cancel();
		Group group = known.group;
		group.joinable = (group.joinable != incident) ? group.joinable : null;
		group.nextSlot = this.timer.nanoTime() + this.intervalNanos;
		return group;
	}

	synchronized boolean isWaiting(Incident incident) {
		return this.waiting.containsKey(incident);
	}

	/** Withdraws a failure that is none, unless that was decided or it is too late. */
	synchronized boolean withdraw(Incident incident) {
		// A report by the application must not make it certain in between
		synchronized (incident) {
			return incident.isUndecided() && withdraw(incident.self(), false) >= 0 && incident.withdraw();
		}
	}

	/**
	 * Withdraws a failure, since another one has been reported or it is none. Returns the
	 * number of failures that the message still stands for; without any, it is not sent.
	 * The number is negative if it is too late.
	 */
	synchronized long withdraw(Incident incident, boolean text) {
		Waiting known = this.waiting.get(incident);
		long left = (known != null) ? incident.decrement(text) : -1;
		if (known == null || left > 0) {
			return left;
		}
		this.waiting.remove(incident);
		known.task.cancel();
		Group group = known.group;
		if (incident == group.joinable) {
			group.joinable = null;
		}
		else {
			group.usedOfBurst = Math.max(0, group.usedOfBurst - 1);
		}
		return left;
	}

	private synchronized void sweep() {
		long now = this.timer.nanoTime();
		this.groups.values().removeIf((group) -> now - group.nextSlot >= 0 && now - group.lastSeen >= this.quietNanos);
		if (!this.groups.isEmpty()) {
			this.timer.schedule(this::sweep, this.quietNanos);
		}
	}

	/** Returns the number of kinds that are distinguished at the moment. */
	synchronized int size() {
		return this.groups.size();
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
	private record Waiting(Group group, long slot, IncidentTimer.Task task) {
	}

	/**
	 * The failures of a kind.
	 */
	private static final class Group {

		/** Further fields of the messages. */
		private final Map<String, Object> remark;

		/** The incident that waits and that further failures join. */
		private @Nullable Incident joinable;

		private long burstStart;

		private int usedOfBurst;

		private long nextSlot;

		private long lastSeen;

		Group(Map<String, Object> remark, long now) {
			this.remark = remark;
			this.burstStart = now;
			this.nextSlot = now;
			this.lastSeen = now;
		}

	}

}

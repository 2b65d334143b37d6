package dev.cairn.incident;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Decides when the message of a failure may be sent, and for how many failures it stands.
 * The first failures of a kind, its burst, are each sent on their own. Those beyond it
 * share a message, of which one is sent per interval. The number of kinds is bounded:
 * failures of further kinds share a group. Each kind has a lock, which is never held
 * while a message is built or sent. Thread-safe.
 */
final class IncidentGrouper {

	/** The time for which a burst lasts. */
	private static final long BURST_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final int burst;

	private final long intervalNanos;

	private final long quietNanos;

	private final int capacity;

	private final ScheduledExecutorService scheduler;

	private final LongSupplier nanoTime;

	/** Guarded by itself. */
	private final Map<Long, Group> groups = new HashMap<>();

	private final Group mixed;

	private final Sending sending = new Sending();

	private volatile boolean closed;

	IncidentGrouper(int burst, Duration interval, IncidentLimits limits, ScheduledExecutorService scheduler,
			LongSupplier nanoTime) {
		this.burst = burst;
		this.intervalNanos = TimeUnit.NANOSECONDS.convert(interval);
		this.quietNanos = limits.quietNanos();
		this.capacity = limits.kinds();
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
		this.mixed = new Group(Map.of("mixed", true));
	}

	/** Returns whether the kind of a failure matters. */
	boolean isGrouping() {
		return this.intervalNanos > 0;
	}

	/**
	 * Admits a failure: its message is released now or later, or that of another failure
	 * stands for it.
	 * @param kind the kind of the failure
	 * @param pending the failure
	 * @param waitNanos the minimum time for which its message waits
	 * @return the message that stands for the failure, and its group
	 */
	Admission admit(long kind, PendingIncident pending, long waitNanos) {
		if (isGrouping() || waitNanos > 0) {
			Group group = group(kind);
			while (group != null) {
				Admission admission = group.admit(pending, waitNanos);
				if (admission != null) {
					return admission;
				}
				group = group(kind);
			}
		}
		pending.release(Map.of());
		return new Admission(pending, null);
	}

	private @Nullable Group group(long kind) {
		synchronized (this.groups) {
			if (this.closed) {
				return null;
			}
			Group known = this.groups.get(kind);
			if (known != null) {
				return known;
			}
			if (this.groups.size() >= this.capacity) {
				return this.mixed;
			}
			if (this.groups.isEmpty()) {
				schedule(this::sweep, this.quietNanos);
			}
			Group opened = new Group(Map.of());
			this.groups.put(kind, opened);
			return opened;
		}
	}

	private void sweep() {
		synchronized (this.groups) {
			long now = this.nanoTime.getAsLong();
			this.groups.values().removeIf((group) -> group.retireIfQuiet(now));
			if (!this.groups.isEmpty()) {
				schedule(this::sweep, this.quietNanos);
			}
		}
	}

	private boolean schedule(Runnable task, long nanos) {
		try {
			this.scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
			return true;
		}
		catch (RejectedExecutionException | OutOfMemoryError | StackOverflowError ex) {
			return false;
		}
	}

	/** Returns the number of kinds that are distinguished at the moment. */
	int size() {
		synchronized (this.groups) {
			return this.groups.size();
		}
	}

	/**
	 * Releases all messages that wait, and waits for those that are being sent.
	 * @param timeoutNanos the maximum time to wait
	 * @return whether all have been sent
	 */
	boolean flush(long timeoutNanos) {
		List<Group> all;
		synchronized (this.groups) {
			all = List.copyOf(this.groups.values());
		}
		all.forEach(Group::flush);
		this.mixed.flush();
		return this.sending.awaitNone(timeoutNanos);
	}

	/** Releases all messages that wait; those that follow are released at once. */
	void close() {
		synchronized (this.groups) {
			this.closed = true;
		}
		flush(0);
	}

	/**
	 * The result of an admission.
	 *
	 * @param pending the message that stands for the failure
	 * @param group the group in which the message waits; {@code null} if it was released
	 */
	record Admission(PendingIncident pending, @Nullable Group group) {

		/**
		 * Withdraws a failure without a throwable, since one has been reported.
		 * @return the id of the message if it stood for nothing else and is not sent
		 */
		@Nullable String withdraw() {
			return (this.group != null && this.group.withdraw(this.pending)) ? this.pending.incident().id() : null;
		}

	}

	/**
	 * The number of messages that waited and are being sent. Guarded by itself.
	 */
	private static final class Sending {

		private int number;

		private synchronized void increment() {
			this.number++;
		}

		private synchronized void decrement() {
			this.number--;
			notifyAll();
		}

		private synchronized boolean awaitNone(long timeoutNanos) {
			long deadline = System.nanoTime() + timeoutNanos;
			try {
				long left = timeoutNanos;
				while (this.number > 0 && left > 0) {
					TimeUnit.NANOSECONDS.timedWait(this, left);
					left = deadline - System.nanoTime();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return this.number == 0;
		}

	}

	/**
	 * The failures of a kind. Guarded by itself.
	 */
	final class Group {

		private final Map<String, Object> remark;

		/** The messages that wait. */
		private final Set<PendingIncident> waiting = new LinkedHashSet<>();

		/** The one of them that further failures join. */
		private @Nullable PendingIncident shared;

		private long burstStart;

		private int usedOfBurst;

		private long nextSlot;

		private long lastSeen;

		private boolean retired;

		Group(Map<String, Object> remark) {
			this.remark = remark;
			this.burstStart = IncidentGrouper.this.nanoTime.getAsLong();
			this.nextSlot = this.burstStart;
			this.lastSeen = this.burstStart;
		}

		/** Returns {@code null} if the group takes no failures any more. */
		private @Nullable Admission admit(PendingIncident pending, long waitNanos) {
			synchronized (this) {
				if (this.retired || IncidentGrouper.this.closed) {
					return null;
				}
				long now = IncidentGrouper.this.nanoTime.getAsLong();
				this.lastSeen = now;
				boolean alone = takeFromBurst(now);
				if (!alone && this.shared != null) {
					pending.mergeInto(this.shared);
					return new Admission(this.shared, this);
				}
				long delay = Math.max(alone ? 0 : this.nextSlot - now, waitNanos);
				if (delay > 0 && schedule(() -> release(pending), delay)) {
					this.waiting.add(pending);
					this.shared = alone ? this.shared : pending;
					return new Admission(pending, this);
				}
				this.nextSlot = now + IncidentGrouper.this.intervalNanos;
			}
			pending.release(this.remark);
			return new Admission(pending, null);
		}

		private boolean takeFromBurst(long now) {
			if (now - this.burstStart >= BURST_NANOS) {
				this.burstStart = now;
				this.usedOfBurst = 0;
			}
			if (!isGrouping()) {
				return true;
			}
			if (this.usedOfBurst >= IncidentGrouper.this.burst) {
				return false;
			}
			this.usedOfBurst++;
			return true;
		}

		private void release(PendingIncident pending) {
			synchronized (this) {
				if (!remove(pending)) {
					return;
				}
				IncidentGrouper.this.sending.increment();
				this.nextSlot = IncidentGrouper.this.nanoTime.getAsLong() + IncidentGrouper.this.intervalNanos;
			}
			try {
				pending.release(this.remark);
			}
			finally {
				IncidentGrouper.this.sending.decrement();
			}
		}

		private boolean remove(PendingIncident pending) {
			this.shared = (this.shared != pending) ? this.shared : null;
			return this.waiting.remove(pending);
		}

		private void flush() {
			List<PendingIncident> all;
			synchronized (this) {
				all = List.copyOf(this.waiting);
			}
			all.forEach(this::release);
		}

		private synchronized boolean withdraw(PendingIncident pending) {
			if (!this.waiting.contains(pending) || pending.decrement() > 0) {
				return false;
			}
			if (pending != this.shared && this.usedOfBurst > 0) {
				this.usedOfBurst--;
			}
			return remove(pending);
		}

		private synchronized boolean retireIfQuiet(long now) {
			this.retired = this.waiting.isEmpty() && now - this.nextSlot >= 0
					&& now - this.lastSeen >= IncidentGrouper.this.quietNanos;
			return this.retired;
		}

	}

}

package dev.cairn.incident;

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
 * The failures of a kind: which of them are sent on their own, and which share a message.
 * Guarded by itself; nothing is built or sent under the lock.
 */
final class IncidentGroup {

	/** The time for which a burst lasts. */
	private static final long BURST_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final Timing timing;

	private final Map<String, Object> remark;

	/** The messages that wait. */
	private final Set<PendingIncident> waiting = new LinkedHashSet<>();

	/** The one of them that further failures join. */
	private @Nullable PendingIncident joinable;

	private long burstStart;

	private int usedOfBurst;

	private long nextSlot;

	private long lastSeen;

	private boolean retired;

	IncidentGroup(Timing timing, Map<String, Object> remark) {
		this.timing = timing;
		this.remark = remark;
		this.burstStart = this.timing.nanoTime().getAsLong();
		this.nextSlot = this.burstStart;
		this.lastSeen = this.burstStart;
	}

	/**
	 * Admits a failure.
	 * @param pending the failure
	 * @param waitNanos the minimum time for which its message waits
	 * @return the message that stands for the failure; {@code null} if the group is
	 * retired
	 */
	@Nullable Admission admit(PendingIncident pending, long waitNanos) {
		synchronized (this) {
			if (this.retired) {
				return null;
			}
			long now = this.timing.nanoTime().getAsLong();
			this.lastSeen = now;
			boolean alone = takeFromBurst(now);
			if (!alone && this.joinable != null) {
				pending.mergeInto(this.joinable);
				return new Admission(this.joinable, this);
			}
			long delay = Math.max(alone ? 0 : this.nextSlot - now, waitNanos);
			if (delay > 0 && this.timing.schedule(() -> release(pending), delay)) {
				this.waiting.add(pending);
				this.joinable = alone ? this.joinable : pending;
				return new Admission(pending, this);
			}
			this.nextSlot = now + this.timing.intervalNanos();
		}
		pending.release(this.remark);
		return new Admission(pending, null);
	}

	private boolean takeFromBurst(long now) {
		if (now - this.burstStart >= BURST_NANOS) {
			this.burstStart = now;
			this.usedOfBurst = 0;
		}
		if (this.timing.intervalNanos() == 0) {
			return true;
		}
		if (this.usedOfBurst >= this.timing.burst()) {
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
			this.timing.sending().increment();
			this.nextSlot = this.timing.nanoTime().getAsLong() + this.timing.intervalNanos();
		}
		try {
			pending.release(this.remark);
		}
		finally {
			this.timing.sending().decrement();
		}
	}

	private boolean remove(PendingIncident pending) {
		this.joinable = (this.joinable != pending) ? this.joinable : null;
		return this.waiting.remove(pending);
	}

	/** Releases the messages that wait. */
	void flush() {
		List<PendingIncident> all;
		synchronized (this) {
			all = List.copyOf(this.waiting);
		}
		all.forEach(this::release);
	}

	/** Withdraws a failure, and returns whether its message is not sent. */
	private synchronized boolean withdraw(PendingIncident pending) {
		if (!this.waiting.contains(pending) || pending.decrement() > 0) {
			return false;
		}
		if (pending != this.joinable && this.usedOfBurst > 0) {
			this.usedOfBurst--;
		}
		return remove(pending);
	}

	/** Retires the group if there were no failures for a while. */
	synchronized boolean retireIfQuiet(long now) {
		this.retired = this.waiting.isEmpty() && now - this.nextSlot >= 0
				&& now - this.lastSeen >= this.timing.quietNanos();
		return this.retired;
	}

	/** Retires the group, and releases the messages that wait. */
	void close() {
		synchronized (this) {
			this.retired = true;
		}
		flush();
	}

	/**
	 * The result of an admission.
	 *
	 * @param pending the message that stands for the failure
	 * @param group the group in which the message waits; {@code null} if it was released
	 */
	record Admission(PendingIncident pending, @Nullable IncidentGroup group) {

		/**
		 * Withdraws a failure without a throwable, since one has been reported.
		 * @return the id of the message if it stood for nothing else and is not sent
		 */
		@Nullable String withdraw() {
			return (this.group != null && this.group.withdraw(this.pending)) ? this.pending.incident().id() : null;
		}

	}

	/**
	 * The settings and the clock that all groups share.
	 *
	 * @param burst the number of failures per minute that are sent on their own
	 * @param intervalNanos the minimum time between two messages beyond the burst
	 * @param quietNanos the time without failures after which a group is retired
	 * @param scheduler releases messages
	 * @param nanoTime the clock
	 * @param sending counts the messages that are being sent
	 */
	record Timing(int burst, long intervalNanos, long quietNanos, ScheduledExecutorService scheduler,
			LongSupplier nanoTime, ActiveSends sending) {

		/** Schedules a task, and returns whether it will be run. */
		boolean schedule(Runnable task, long nanos) {
			try {
				this.scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
				return true;
			}
			catch (RejectedExecutionException | OutOfMemoryError | StackOverflowError ex) {
				return false;
			}
		}

	}

}

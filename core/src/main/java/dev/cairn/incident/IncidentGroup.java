package dev.cairn.incident;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The failures of a kind: which of them are sent on their own, and which share a message.
 * Guarded by itself; nothing is built or sent under the lock.
 */
final class IncidentGroup {

	private static final long BURST_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final Shared shared;

	private final Map<String, Object> remark;

	/** The incidents whose messages wait. */
	private final Set<Incident> waiting = new LinkedHashSet<>();

	/** The one of them that further failures join. */
	private @Nullable Incident joinable;

	private long burstStart;

	private int usedOfBurst;

	private long nextSlot;

	private long lastSeen;

	private boolean retired;

	IncidentGroup(Shared shared, Map<String, Object> remark) {
		this.shared = shared;
		this.remark = remark;
		this.burstStart = shared.timer().nanoTime();
		this.nextSlot = this.burstStart;
		this.lastSeen = this.burstStart;
	}

	/**
	 * Admits a failure whose message waits for a minimum time, or returns {@code null} if
	 * the group is retired.
	 */
	@Nullable Admission admit(Incident incident, long waitNanos) {
		synchronized (this) {
			if (this.retired) {
				return null;
			}
			long now = this.shared.timer().nanoTime();
			this.lastSeen = now;
			boolean alone = takeFromBurst(now);
			if (!alone && this.joinable != null) {
				incident.mergeInto(this.joinable);
				return new Admission(this.joinable, this);
			}
			long delay = Math.max(alone ? 0 : this.nextSlot - now, waitNanos);
			if (delay > 0 && this.shared.timer().schedule(() -> release(incident), delay) != null) {
				this.waiting.add(incident);
				this.joinable = alone ? this.joinable : incident;
				return new Admission(incident, this);
			}
			this.nextSlot = now + this.shared.intervalNanos();
		}
		incident.release(this.remark, this.shared.account());
		return new Admission(incident, null);
	}

	private boolean takeFromBurst(long now) {
		if (now - this.burstStart >= BURST_NANOS) {
			this.burstStart = now;
			this.usedOfBurst = 0;
		}
		if (this.shared.intervalNanos() == 0) {
			return true;
		}
		if (this.usedOfBurst >= this.shared.burst()) {
			return false;
		}
		this.usedOfBurst++;
		return true;
	}

	private void release(Incident incident) {
		this.shared.sending().acquireUninterruptibly();
		try {
			synchronized (this) {
				if (!remove(incident)) {
					return;
				}
				this.nextSlot = this.shared.timer().nanoTime() + this.shared.intervalNanos();
			}
			incident.release(this.remark, this.shared.account());
		}
		finally {
			this.shared.sending().release();
		}
	}

	private boolean remove(Incident incident) {
		this.joinable = (this.joinable != incident) ? this.joinable : null;
		return this.waiting.remove(incident);
	}

	/** Releases the messages that wait. */
	void flush() {
		List<Incident> all;
		synchronized (this) {
			all = List.copyOf(this.waiting);
		}
		all.forEach(this::release);
	}

	/** Withdraws a failure, and returns whether its message is not sent. */
	private synchronized boolean withdraw(Incident incident) {
		if (!this.waiting.contains(incident) || incident.decrement() > 0) {
			return false;
		}
		if (incident != this.joinable && this.usedOfBurst > 0) {
			this.usedOfBurst--;
		}
		return remove(incident);
	}

	/** Retires the group if there were no failures for a while. */
	synchronized boolean retireIfQuiet(long now) {
		this.retired = this.waiting.isEmpty() && now - this.nextSlot >= 0
				&& now - this.lastSeen >= this.shared.quietNanos();
		return this.retired;
	}

	/**
	 * The incident whose message stands for a failure, and the group in which it waits,
	 * {@code null} if it was released.
	 */
	record Admission(Incident incident, @Nullable IncidentGroup group) {

		/**
		 * Withdraws a failure without a throwable, since its throwable has been reported.
		 * Returns the id of the message if it stood for nothing else and is not sent.
		 */
		@Nullable String withdraw() {
			return (this.group != null && this.group.withdraw(this.incident)) ? this.incident.id() : null;
		}

	}

	/**
	 * State that the groups share. {@code burst} failures a minute are sent on their own,
	 * and further messages in an interval. A group is retired when it is quiet. Who sends
	 * a message that waited holds a permit of {@code sending}.
	 */
	record Shared(int burst, long intervalNanos, long quietNanos, IncidentTimer timer, IncidentCounts account,
			Semaphore sending) {
	}

}

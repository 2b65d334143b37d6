package dev.cairn.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

	private final IncidentGroup.Timing timing;

	private final int capacity;

	/** Guarded by itself. */
	private final Map<Long, IncidentGroup> groups = new HashMap<>();

	private final IncidentGroup mixed;

	private final ActiveSends sending = new ActiveSends();

	private volatile boolean closed;

	IncidentGrouper(int burst, Duration interval, IncidentLimits limits, ScheduledExecutorService scheduler,
			LongSupplier nanoTime) {
		this.timing = new IncidentGroup.Timing(burst, TimeUnit.NANOSECONDS.convert(interval), limits.quietNanos(),
				scheduler, nanoTime, this.sending);
		this.capacity = limits.kinds();
		this.mixed = new IncidentGroup(this.timing, Map.of("mixed", true));
	}

	/** Returns whether the kind of a failure matters. */
	boolean isGrouping() {
		return this.timing.intervalNanos() > 0;
	}

	/**
	 * Admits a failure: its message is released now or later, or that of another failure
	 * stands for it.
	 * @param kind the kind of the failure
	 * @param pending the failure
	 * @param waitNanos the minimum time for which its message waits
	 * @return the message that stands for the failure, and its group
	 */
	IncidentGroup.Admission admit(long kind, PendingIncident pending, long waitNanos) {
		if (isGrouping() || waitNanos > 0) {
			IncidentGroup group = group(kind);
			while (group != null) {
				IncidentGroup.Admission admission = group.admit(pending, waitNanos);
				if (admission != null) {
					return admission;
				}
				group = group(kind);
			}
		}
		pending.release(Map.of());
		return new IncidentGroup.Admission(pending, null);
	}

	/** Returns the group of a kind, or {@code null} after the end. */
	private @Nullable IncidentGroup group(long kind) {
		synchronized (this.groups) {
			if (this.closed) {
				return null;
			}
			IncidentGroup known = this.groups.get(kind);
			if (known != null) {
				return known;
			}
			if (this.groups.size() >= this.capacity) {
				return this.mixed;
			}
			if (this.groups.isEmpty()) {
				scheduleSweep();
			}
			IncidentGroup opened = new IncidentGroup(this.timing, Map.of());
			this.groups.put(kind, opened);
			return opened;
		}
	}

	private void scheduleSweep() {
		this.timing.schedule(this::sweep, this.timing.quietNanos());
	}

	private void sweep() {
		synchronized (this.groups) {
			long now = this.timing.nanoTime().getAsLong();
			this.groups.values().removeIf((group) -> group.retireIfQuiet(now));
			if (!this.groups.isEmpty()) {
				scheduleSweep();
			}
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
		all().forEach(IncidentGroup::flush);
		return this.sending.awaitNone(timeoutNanos);
	}

	/** Releases all messages that wait; those that follow are released at once. */
	void close() {
		synchronized (this.groups) {
			this.closed = true;
		}
		all().forEach(IncidentGroup::close);
	}

	private List<IncidentGroup> all() {
		synchronized (this.groups) {
			List<IncidentGroup> all = new ArrayList<>(this.groups.values());
			all.add(this.mixed);
			return all;
		}
	}

}

package dev.cairn.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the message of a failure may be sent, and for how many failures it stands.
 * The first failures of a kind, its burst, are each sent on their own. Those beyond it
 * share a message, of which one is sent per interval. The number of kinds is bounded:
 * failures of further kinds share a group. Each kind has a lock, which is never held
 * while a message is built or sent. Thread-safe.
 */
final class IncidentGrouper {

	private static final int MAX_SENDING = Integer.MAX_VALUE;

	private final IncidentGroup.Shared shared;

	private final int capacity;

	/** Guarded by itself. */
	private final Map<Long, IncidentGroup> groups = new HashMap<>();

	private final IncidentGroup mixed;

	IncidentGrouper(int burst, Duration interval, IncidentLimits limits, IncidentTimer timer, IncidentCounts account) {
		this.shared = new IncidentGroup.Shared(burst, TimeUnit.NANOSECONDS.convert(interval), limits.quiet().toNanos(),
				timer, account, new Semaphore(MAX_SENDING));
		this.capacity = limits.kinds();
		this.mixed = new IncidentGroup(this.shared, Map.of("mixed", true));
	}

	/** Returns whether the kind of a failure matters. */
	boolean isGrouping() {
		return this.shared.intervalNanos() > 0;
	}

	/**
	 * Admits a failure: its message is released now or after a minimum time, or that of
	 * another failure stands for it.
	 */
	IncidentGroup.Admission admit(long kind, Incident incident, long waitNanos) {
		if (isGrouping() || waitNanos > 0) {
			IncidentGroup.Admission admission = null;
			while (admission == null) {
				admission = group(kind).admit(incident, waitNanos);
			}
			return admission;
		}
		incident.release(Map.of(), this.shared.account());
		return new IncidentGroup.Admission(incident, null);
	}

	private IncidentGroup group(long kind) {
		synchronized (this.groups) {
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
			IncidentGroup opened = new IncidentGroup(this.shared, Map.of());
			this.groups.put(kind, opened);
			return opened;
		}
	}

	private void scheduleSweep() {
		this.shared.timer().schedule(this::sweep, this.shared.quietNanos());
	}

	private void sweep() {
		synchronized (this.groups) {
			long now = this.shared.timer().nanoTime();
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
	 * Releases all messages that wait, waits for those that are being sent, and returns
	 * whether all have been sent.
	 */
	boolean flush(long timeoutNanos) {
		all().forEach(IncidentGroup::flush);
		try {
			if (this.shared.sending().tryAcquire(MAX_SENDING, timeoutNanos, TimeUnit.NANOSECONDS)) {
				this.shared.sending().release(MAX_SENDING);
				return true;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return false;
	}

	private List<IncidentGroup> all() {
		synchronized (this.groups) {
			List<IncidentGroup> all = new ArrayList<>(this.groups.values());
			all.add(this.mixed);
			return all;
		}
	}

}

package dev.cairn.incident;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of failures that are distinguished. Their number is bounded: failures of
 * further kinds share one. Guarded by the lock of the {@code IncidentGrouper}.
 */
final class FailureKinds {

	private static final long BURST_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final int capacity;

	private final long quietNanos;

	private final int burst;

	private final Map<Long, Kind> kinds = new HashMap<>();

	private final Kind mixed;

	private long swept;

	FailureKinds(IncidentLimits limits, int burst, long now) {
		this.capacity = limits.kinds();
		this.quietNanos = limits.quiet().toNanos();
		this.burst = burst;
		this.swept = now;
		this.mixed = new Kind(Map.of("mixed", true), now);
	}

	Kind get(long hash, long now) {
		Kind known = this.kinds.get(hash);
		if (known != null) {
			return known;
		}
		if (this.kinds.size() >= this.capacity && (now - this.swept < this.quietNanos || size(now) >= this.capacity)) {
			return this.mixed;
		}
		Kind opened = new Kind(Map.of(), now);
		this.kinds.put(hash, opened);
		return opened;
	}

	/** Forgets the kinds without failures for a while, and returns how many are left. */
	int size(long now) {
		this.swept = now;
		this.kinds.values().removeIf((kind) -> kind.isQuiet(now));
		return this.kinds.size();
	}

	/**
	 * The failures of a kind.
	 */
	final class Kind {

		/** Further fields of the messages. */
		final Map<String, Object> remark;

		/** The incident that waits and that further failures join. */
		@Nullable Incident joinable;

		/** When the next message beyond the burst may be sent. */
		long nextSlot;

		private long burstStart;

		private int usedOfBurst;

		private long lastSeen;

		private Kind(Map<String, Object> remark, long now) {
			this.remark = remark;
			this.burstStart = now;
			this.nextSlot = now;
			this.lastSeen = now;
		}

		/** Returns whether a failure is one of the burst. */
		boolean takeFromBurst(long now) {
			this.lastSeen = now;
			if (now - this.burstStart >= BURST_NANOS) {
				this.burstStart = now;
				this.usedOfBurst = 0;
			}
			if (this.usedOfBurst >= FailureKinds.this.burst) {
				return false;
			}
			this.usedOfBurst++;
			return true;
		}

		/** The message of an incident is sent, and the next one after the interval. */
		void released(Incident incident, long nextSlot) {
			this.joinable = (this.joinable != incident) ? this.joinable : null;
			this.nextSlot = nextSlot;
		}

		/** The message of an incident is not sent. */
		void withdrawn(Incident incident) {
			if (this.joinable == incident) {
				this.joinable = null;
			}
			else {
				this.usedOfBurst = Math.max(0, this.usedOfBurst - 1);
			}
		}

		private boolean isQuiet(long now) {
			return now - this.nextSlot >= 0 && now - this.lastSeen >= FailureKinds.this.quietNanos;
		}

	}

}

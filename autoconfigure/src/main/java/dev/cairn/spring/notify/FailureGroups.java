package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kinds of failures that were seen since the start, and when. The number of kinds is
 * bounded: the one that has not failed for the longest time is forgotten. Thread-safe; a
 * failure is rare and may take the lock.
 */
final class FailureGroups {

	static final int MAX_KINDS = 1000;

	private final Duration quietTime;

	/** In the order of the last failure. */
	private final Map<Long, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

	FailureGroups(Duration quietTime) {
		this.quietTime = quietTime;
	}

	synchronized Seen record(long kind, Instant now) {
		Group known = this.groups.get(kind);
		Group next = (known != null) ? new Group(now, known.count + 1) : new Group(now, 1);
		this.groups.put(kind, next);
		if (this.groups.size() > MAX_KINDS) {
			this.groups.remove(this.groups.keySet().iterator().next());
		}
		if (known == null) {
			return new Seen(true, false, Duration.ZERO, 1);
		}
		Duration quiet = Duration.between(known.last, now);
		return new Seen(false, quiet.compareTo(this.quietTime) >= 0, quiet, next.count);
	}

	/**
	 * How a failure relates to the earlier ones of its kind.
	 *
	 * @param isNew whether there was none
	 * @param hasReturned whether the last one was before the quiet time
	 * @param quiet the time since the last one
	 * @param count the number of failures of the kind
	 */
	record Seen(boolean isNew, boolean hasReturned, Duration quiet, long count) {
	}

	private record Group(Instant last, long count) {
	}

}

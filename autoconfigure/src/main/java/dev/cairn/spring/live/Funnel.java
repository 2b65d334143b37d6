package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The progress of visitors through the steps of a conversion. Bounded: the visitor that
 * was not seen for longest is evicted. Not thread-safe.
 */
final class Funnel {

	/** No step was reached. */
	static final int NONE = -1;

	private final List<String> steps;

	private final Duration within;

	private final int maxVisitors;

	private final Map<String, Progress> visitors = new LinkedHashMap<>(16, 0.75f, true);

	private long evicted;

	Funnel(List<String> steps, Duration within, int maxVisitors) {
		if (steps.size() < 2) {
			throw new IllegalArgumentException("a conversion must have at least two steps");
		}
		this.steps = List.copyOf(steps);
		this.within = within;
		this.maxVisitors = maxVisitors;
	}

	List<String> steps() {
		return this.steps;
	}

	/** Returns the number of visitors evicted before their time was over. */
	long evicted() {
		return this.evicted;
	}

	/** Adds an event, and returns the step that the visitor reaches with it. */
	int advance(String visitor, String type, Instant now) {
		if (!this.steps.contains(type)) {
			return NONE;
		}
		Progress progress = this.visitors.get(visitor);
		if (progress == null || isOver(progress, now)) {
			progress = new Progress(0, now);
		}
		int next = progress.reached();
		if (next == this.steps.size() || !this.steps.get(next).equals(type)) {
			return NONE;
		}
		this.visitors.put(visitor, new Progress(next + 1, progress.since()));
		evict(now);
		return next;
	}

	/**
	 * Makes a visitor the same as another one, which takes over its progress if that is
	 * further.
	 */
	void join(String visitor, String other) {
		Progress progress = this.visitors.remove(visitor);
		if (progress != null) {
			this.visitors.merge(other, progress,
					(known, joined) -> (joined.reached() > known.reached()) ? joined : known);
		}
	}

	private boolean isOver(Progress progress, Instant now) {
		return progress.since().plus(this.within).isBefore(now);
	}

	private void evict(Instant now) {
		if (this.visitors.size() > this.maxVisitors) {
			Map.Entry<String, Progress> eldest = this.visitors.entrySet().iterator().next();
			if (!isOver(eldest.getValue(), now)) {
				this.evicted++;
			}
			this.visitors.remove(eldest.getKey());
		}
	}

	/** The number of steps that a visitor has reached, and the time of the first. */
	private record Progress(int reached, Instant since) {
	}

}

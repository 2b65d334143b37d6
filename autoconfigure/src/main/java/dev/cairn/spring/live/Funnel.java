package dev.cairn.spring.live;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the visitors have come in one conversion. Of so many as are remembered; who was
 * not seen for longest gives way. For one thread at a time.
 */
final class Funnel {

	/** No step was taken. */
	static final int NONE = -1;

	private final Conversion conversion;

	private final int remembered;

	private final Map<String, Progress> visitors = new LinkedHashMap<>(16, 0.75f, true);

	private long forgotten;

	Funnel(Conversion conversion, int remembered) {
		this.conversion = conversion;
		this.remembered = remembered;
	}

	Conversion conversion() {
		return this.conversion;
	}

	/** Return how many gave way who were still within their time. */
	long forgotten() {
		return this.forgotten;
	}

	/**
	 * Take notice of an event.
	 * @return the step that the visitor takes with it, or {@link #NONE}
	 */
	int step(String visitor, String type, Instant now) {
		if (!this.conversion.steps().contains(type)) {
			return NONE;
		}
		Progress progress = this.visitors.get(visitor);
		boolean known = progress != null && !isOver(progress, now);
		int next = (known && progress != null) ? progress.taken() : 0;
		if (next == this.conversion.steps().size() || !this.conversion.steps().get(next).equals(type)) {
			return NONE;
		}
		this.visitors.put(visitor, new Progress(next + 1, (known && progress != null) ? progress.since() : now));
		forgetEldest(now);
		return next;
	}

	private boolean isOver(Progress progress, Instant now) {
		return progress.since().plus(this.conversion.within()).isBefore(now);
	}

	private void forgetEldest(Instant now) {
		if (this.visitors.size() > this.remembered) {
			Map.Entry<String, Progress> eldest = this.visitors.entrySet().iterator().next();
			if (!isOver(eldest.getValue(), now)) {
				this.forgotten++;
			}
			this.visitors.remove(eldest.getKey());
		}
	}

	private record Progress(int taken, Instant since) {
	}

}

package dev.cairn.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one unit of work, and of those that it has caused. Each addition
 * reserves its weight before it is held. Signals after the end are added as well, as long
 * as the timeline is held. Thread-safe.
 */
final class Timeline {

	/** The maximum length of a text. */
	static final int MAX_TEXT = 8000;

	/** The maximum length of a name. */
	static final int MAX_NAME = 300;

	private static final int WEIGHT = 1000;

	private static final int MAX_SPANS = 500;

	private static final int MAX_LINES = 500;

	private static final int MAX_PUBLISHED = 200;

	private static final int MAX_FAILED = 20;

	final long number;

	/** {@code null} for a message that was published outside any unit of work. */
	final UnitOfWork.@Nullable Kind kind;

	final String name;

	final Instant start;

	final long startNanos = System.nanoTime();

	private final Timelines timelines;

	private final List<Span> spans = new ArrayList<>();

	private final List<LogLine> lines = new ArrayList<>();

	private final List<PublishedMessage> published = new ArrayList<>();

	private final List<Failed> failed = new ArrayList<>();

	private State state = State.PREPARED;

	private int weight = WEIGHT;

	/** The number of spans so far, for their ids. */
	private int numbers;

	private int omittedSpans;

	private int omittedLines;

	private int omittedPublished;

	private @Nullable RequestDetails request;

	private @Nullable Trace trace;

	private Map<String, String> bindings = Map.of();

	private List<String> errorIds = List.of();

	private UnitOfWork.@Nullable Outcome outcome;

	private @Nullable Duration duration;

	/** Computed when it is read first after the end. */
	private @Nullable List<Badge> badges;

	Timeline(Timelines timelines, long number, UnitOfWork.@Nullable Kind kind, String name, Instant start) {
		this.timelines = timelines;
		this.number = number;
		this.kind = kind;
		this.name = name;
		this.start = start;
	}

	/**
	 * Begins the work. Returns whether there is room for it.
	 */
	boolean begin(@Nullable Trace active, @Nullable RequestDetails details) {
		int before = prepared();
		if (before == 0 || !this.timelines.reserve(before)) {
			leave();
			return false;
		}
		synchronized (this) {
			this.state = State.ACTIVE;
			// Signals that were added meanwhile
			this.timelines.add(this.weight - before);
			this.trace = active;
			this.request = details;
		}
		return true;
	}

	private synchronized int prepared() {
		return (this.state == State.PREPARED) ? this.weight : 0;
	}

	/** Ends the work. Returns whether it is held. */
	boolean end(@Nullable RequestDetails details, Map<String, String> bound, List<String> ids,
			UnitOfWork.Outcome result, Duration taken) {
		reserve(((details != null) ? details.weight() : 0) + Weights.of(bound) + ids.size() * Weights.OBJECT);
		synchronized (this) {
			if (this.state != State.ACTIVE) {
				return false;
			}
			this.state = State.ENDED;
			this.request = details;
			this.bindings = bound;
			this.errorIds = ids;
			this.outcome = result;
			this.duration = taken;
			return true;
		}
	}

	/** Gives up all that it holds. */
	void leave() {
		int released;
		synchronized (this) {
			released = (this.state == State.ACTIVE || this.state == State.ENDED) ? this.weight : 0;
			this.state = State.GONE;
			this.spans.clear();
			this.lines.clear();
			this.published.clear();
			this.failed.clear();
		}
		this.timelines.release(released);
	}

	/** Returns whether there is room for something with a weight, which it takes. */
	boolean reserve(int added) {
		synchronized (this) {
			if (this.state == State.GONE || this.weight + added > this.timelines.maxWeight()) {
				return false;
			}
			if (this.state == State.PREPARED) {
				this.weight += added;
				return true;
			}
		}
		if (!this.timelines.reserve(added)) {
			return false;
		}
		synchronized (this) {
			if (this.state != State.GONE) {
				this.weight += added;
				return true;
			}
		}
		this.timelines.release(added);
		return false;
	}

	/** Begins a span, unless there is no room for it. */
	@Nullable Span span(@Nullable Span within, String spanName) {
		int parent = (within != null && within.timeline == this) ? within.id : 0;
		Span span;
		synchronized (this) {
			if (this.spans.size() >= MAX_SPANS) {
				this.omittedSpans++;
				return null;
			}
			span = new Span(this, ++this.numbers, parent, spanName, System.nanoTime());
		}
		boolean room = reserve(span.weight());
		synchronized (this) {
			if (room) {
				this.spans.add(span);
				return span;
			}
			this.omittedSpans++;
			return null;
		}
	}

	void add(LogLine line) {
		boolean room = hasRoom(this.lines, MAX_LINES) && reserve(line.weight());
		synchronized (this) {
			if (room) {
				this.lines.add(line);
			}
			else {
				this.omittedLines++;
			}
		}
	}

	void add(PublishedMessage message) {
		boolean room = hasRoom(this.published, MAX_PUBLISHED) && reserve(message.weight());
		synchronized (this) {
			if (room) {
				this.published.add(message);
			}
			else {
				this.omittedPublished++;
			}
		}
	}

	void add(Failed incident) {
		if (hasRoom(this.failed, MAX_FAILED) && reserve(incident.weight())) {
			synchronized (this) {
				this.failed.add(incident);
			}
		}
	}

	private synchronized boolean hasRoom(List<?> list, int max) {
		return list.size() < max;
	}

	synchronized void lost(String messageId, String sink, DropReason reason) {
		for (PublishedMessage each : this.published) {
			if (each.message().id().equals(messageId)) {
				each.lost(sink, reason);
			}
		}
	}

	synchronized int weight() {
		return this.weight;
	}

	synchronized boolean isGone() {
		return this.state == State.GONE;
	}

	/** Returns a copy for one reader. */
	synchronized Snapshot snapshot() {
		Duration taken = (this.duration != null) ? this.duration
				: Duration.ofNanos(System.nanoTime() - this.startNanos);
		return new Snapshot(this, this.state == State.ENDED, taken, this.request, this.trace, this.bindings,
				this.errorIds, this.outcome, List.copyOf(this.spans), List.copyOf(this.lines),
				List.copyOf(this.published), List.copyOf(this.failed), this.omittedSpans, this.omittedLines,
				this.omittedPublished);
	}

	/** Returns what stands out in its calls, which does not change after the end. */
	List<Badge> badges(Snapshot snapshot) {
		synchronized (this) {
			if (this.badges != null) {
				return this.badges;
			}
		}
		List<Badge> found = Badge.of(snapshot.spans());
		if (snapshot.ended()) {
			synchronized (this) {
				this.badges = found;
			}
		}
		return found;
	}

	/** Returns the time of something since the start, in milliseconds. */
	double millis(long nanos) {
		return Math.round((nanos - this.startNanos) / 1e3) / 1e3;
	}

	private enum State {

		/** Not begun; nothing is reserved. */
		PREPARED,
		/** Begun. */
		ACTIVE,
		/** Ended, and held. */
		ENDED,
		/** Not held. */
		GONE

	}

	/**
	 * A timeline at one time.
	 */
	record Snapshot(Timeline timeline, boolean ended, Duration duration, @Nullable RequestDetails request,
			@Nullable Trace trace, Map<String, String> bindings, List<String> errorIds,
			UnitOfWork.@Nullable Outcome outcome, List<Span> spans, List<LogLine> lines,
			List<PublishedMessage> published, List<Failed> failed, int omittedSpans, int omittedLines,
			int omittedPublished) {

		boolean isFailed() {
			return this.outcome == UnitOfWork.Outcome.FAILURE || !this.errorIds.isEmpty() || !this.failed.isEmpty();
		}

	}

}

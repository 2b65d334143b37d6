package dev.cairn.console;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Sampler;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Text;
import dev.cairn.spring.core.GuardedObservation;
import dev.cairn.spring.web.request.RequestFacts;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Records what happens in each unit of work, counts requests and events, and groups
 * failures. Requests of the actuator and excluded ones are left out. The timeline of a
 * request includes the units of work that it has caused. Thread-safe.
 */
final class Recorder implements SignalListener {

	private static final UnitOfWork.Key<Timeline> TIMELINE = new UnitOfWork.Key<>("console timeline");

	private static final UnitOfWork.Key<Span> SPAN = new UnitOfWork.Key<>("console span");

	private static final Set<Sampler.Signal> MESSAGES = EnumSet.of(Sampler.Signal.EVENT, Sampler.Signal.ERROR,
			Sampler.Signal.REQUEST);

	private final Timelines timelines;

	private final RequestFigures figures;

	private final EventCounts events;

	private final IncidentGroups groups;

	private final Incidents incidents;

	private final Duration slow;

	private final Origin origin;

	/** Holds nothing. Its units are not recorded. */
	private final Timeline ignored;

	/**
	 * Creates a recorder.
	 * @param timelines holds the timelines
	 * @param figures counts the requests
	 * @param events counts the events
	 * @param groups groups the failures
	 * @param incidents determines the kind of a failure
	 * @param slow the duration from which a unit of work is slow
	 * @param origin the origin of this process
	 */
	Recorder(Timelines timelines, RequestFigures figures, EventCounts events, IncidentGroups groups,
			Incidents incidents, Duration slow, Origin origin) {
		this.timelines = timelines;
		this.figures = figures;
		this.events = events;
		this.groups = groups;
		this.incidents = incidents;
		this.slow = slow;
		this.origin = origin;
		this.ignored = timelines.prepare(null, "", Instant.EPOCH);
		this.ignored.leave();
	}

	/**
	 * Returns the timeline of a unit of work, which is that of the work that has caused
	 * it. A signal may come before the unit begins.
	 */
	private Timeline timeline(UnitOfWork unit) {
		Timeline known = unit.attribute(TIMELINE);
		if (known != null) {
			return known;
		}
		UnitOfWork parent = unit.parent();
		Timeline causing = (parent != null) ? timeline(parent) : null;
		boolean part = causing != null && (causing == this.ignored || !causing.isGone());
		return unit.attribute(TIMELINE, () -> part ? causing
				: this.timelines.prepare(unit.kind(), Text.cut(unit.name(), Timeline.MAX_NAME), unit.start()));
	}

	/** Returns whether a unit of work has a timeline of its own. */
	private boolean isOwner(UnitOfWork unit, Timeline timeline) {
		UnitOfWork parent = unit.parent();
		return parent == null || parent.attribute(TIMELINE) != timeline;
	}

	/**
	 * Returns the span around a unit of work: the request, or the row of what other work
	 * has caused, which is below that work. A call may begin before the unit.
	 */
	private @Nullable Span own(UnitOfWork unit, Timeline timeline) {
		Span known = unit.attribute(SPAN);
		if (known != null || isOwner(unit, timeline)) {
			return known;
		}
		Span row = observed(unit, timeline);
		if (row == null) {
			UnitOfWork parent = unit.parent();
			row = timeline.span((parent != null) ? parent.attribute(SPAN) : null, Span.TASK + " " + unit.name());
		}
		if (row != null) {
			row.work(unit.name());
			unit.set(SPAN, row);
		}
		return row;
	}

	/** Returns the span of the observation that is the same work, if there is one. */
	private static @Nullable Span observed(UnitOfWork unit, Timeline timeline) {
		Observation.Context observation = unit.attribute(GuardedObservation.OF_UNIT);
		Span span = (observation != null) ? observation.get(Span.class) : null;
		return (span != null && span.timeline == timeline) ? span : null;
	}

	/** Begins a span in the current unit of work, or else in that of another span. */
	@Nullable Span begin(String name, @Nullable Span within) {
		UnitOfWork unit = UnitOfWork.current();
		Timeline timeline = (unit != null) ? timeline(unit) : null;
		if (timeline == null) {
			timeline = (within != null) ? within.timeline : this.ignored;
		}
		if (timeline == this.ignored) {
			return null;
		}
		Span own = (unit != null) ? own(unit, timeline) : null;
		// A span that the thread has taken over from the request began before its own
		// work
		boolean inOwn = own != null && (within == null || within.timeline != timeline || within.id < own.id);
		Span span = timeline.span(inOwn ? own : within, name);
		if (span != null && unit != null && own == null && span.isServer()) {
			unit.set(SPAN, span);
		}
		return span;
	}

	@Override
	public void unitStarted(UnitOfWork unit) {
		RequestFacts facts = unit.attribute(RequestFacts.KEY);
		if (unit.attribute(RequestFacts.EXCLUDED) != null) {
			Timeline prepared = unit.set(TIMELINE, this.ignored);
			if (prepared != null && prepared != this.ignored) {
				prepared.leave();
			}
			return;
		}
		Timeline timeline = timeline(unit);
		if (timeline == this.ignored) {
			return;
		}
		if (isOwner(unit, timeline)) {
			if (timeline.begin(unit.trace(), (facts != null) ? RequestDetails.beginning(facts) : null)) {
				this.timelines.began(timeline);
			}
		}
		else {
			own(unit, timeline);
		}
	}

	@Override
	public void unitEnded(UnitOfWork unit) {
		Timeline timeline = unit.attribute(TIMELINE);
		UnitOfWork.Outcome outcome = unit.outcome();
		Duration duration = unit.duration();
		if (timeline == null || timeline == this.ignored || outcome == null || duration == null) {
			return;
		}
		if (!isOwner(unit, timeline)) {
			Span span = unit.attribute(SPAN);
			if (span != null) {
				boolean unexplained = outcome == UnitOfWork.Outcome.FAILURE && span.error() == null;
				span.end(span.name(), span.label(), bindings(unit), unexplained ? outcome.name() : null);
			}
			return;
		}
		RequestFacts facts = unit.attribute(RequestFacts.KEY);
		Set<String> ids = new LinkedHashSet<>();
		String errorId = unit.attribute(RequestFacts.ERROR_ID);
		if (errorId != null) {
			ids.add(errorId);
		}
		ids.addAll(unit.incidents());
		boolean failed = outcome == UnitOfWork.Outcome.FAILURE;
		boolean isSlow = duration.compareTo(this.slow) >= 0;
		if (unit.kind() == UnitOfWork.Kind.REQUEST) {
			this.figures.ended(duration, failed, isSlow);
		}
		RequestDetails details = (facts != null)
				? RequestDetails.ended(facts, Text.cut(facts.path(), Timeline.MAX_TEXT)) : null;
		if (timeline.end(details, bindings(unit), List.copyOf(ids), outcome, duration)) {
			this.timelines.ended(timeline, failed || isSlow || !ids.isEmpty());
		}
	}

	private static Map<String, String> bindings(UnitOfWork unit) {
		Map<String, Object> bound = unit.bindings();
		if (bound.isEmpty()) {
			return Map.of();
		}
		Map<String, String> texts = new LinkedHashMap<>();
		bound.forEach((name, value) -> texts.put(Text.cut(name, Timeline.MAX_NAME),
				Text.cut(Text.of(value), Timeline.MAX_TEXT)));
		return texts;
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		this.events.published(message.type());
		this.figures.published();
		PublishedMessage published = PublishedMessage.of(message, accepted);
		Timeline timeline = (unit != null) ? timeline(unit) : this.ignored;
		if (timeline != this.ignored) {
			timeline.add(published);
		}
		else if (!message.origin().equals(this.origin)) {
			// The requests of the collector are not recorded, but what it receives is
			alone(published, this.timelines::received);
		}
		else if (unit == null) {
			boolean failure = message.type().equals(Message.TYPE_EXCEPTION);
			alone(published, (alone) -> this.timelines.ended(alone, failure));
		}
	}

	/** A message that belongs to no work is held by itself. */
	private void alone(PublishedMessage published, Consumer<Timeline> held) {
		Message message = published.message();
		Timeline alone = this.timelines.prepare(null, message.type(), message.timestamp());
		alone.add(published);
		if (alone.begin(message.trace(), null)
				&& alone.end(null, Map.of(), List.of(), UnitOfWork.Outcome.SUCCESS, Duration.ZERO)) {
			held.accept(alone);
		}
	}

	@Override
	public void sampledOut(Sampler.Candidate candidate, @Nullable UnitOfWork unit) {
		if (MESSAGES.contains(candidate.signal())) {
			this.events.sampledOut(candidate.name());
		}
	}

	@Override
	public void lost(Message message, String sink, DropReason reason, @Nullable UnitOfWork unit) {
		this.events.lost(message.type());
		if (unit != null) {
			timeline(unit).lost(message.id(), sink, reason);
		}
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		Failed failed = Failed.of(failure, errorId, this.incidents.kindOf(failure), Instant.now());
		RequestFacts facts = (unit != null) ? unit.attribute(RequestFacts.KEY) : null;
		this.groups.add(failed, (facts != null) ? facts.route() : null);
		if (unit != null) {
			timeline(unit).add(failed);
		}
		else {
			Timeline alone = this.timelines.prepare(null, failed.type(), failed.time());
			if (alone.begin(null, null)
					&& alone.end(null, Map.of(), List.of(errorId), UnitOfWork.Outcome.FAILURE, Duration.ZERO)) {
				this.timelines.ended(alone, true);
			}
			alone.add(failed);
		}
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		if (unit != null) {
			Timeline timeline = timeline(unit);
			if (timeline != this.ignored) {
				timeline.add(LogLine.of(entry));
			}
		}
	}

}

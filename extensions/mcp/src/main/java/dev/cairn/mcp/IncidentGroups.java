package dev.cairn.mcp;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of failures since the start, without their throwables. The number of kinds is
 * bounded: the one that has not failed for the longest time is forgotten. Thread-safe; a
 * failure is rare and may take the lock.
 */
final class IncidentGroups implements SignalListener {

	static final int MAX_GROUPS = 200;

	private static final int MAX_TEXT = 500;

	private final Incidents incidents;

	private final ApplicationFrames application;

	private final Redactor redactor;

	private final InstantSource clock;

	/** In the order of the last failure. */
	private final Map<Long, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

	IncidentGroups(Incidents incidents, ApplicationFrames application, Redactor redactor, InstantSource clock) {
		this.incidents = incidents;
		this.application = application;
		this.redactor = redactor;
		this.clock = clock;
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		long kind = this.incidents.kindOf(failure);
		Group known = find(kind);
		Group described = (known != null) ? known : describe(kind, failure);
		Instant now = this.clock.instant();
		Trace trace = (unit != null) ? unit.trace() : null;
		String traceId = (trace != null) ? trace.traceId() : null;
		synchronized (this.groups) {
			Group last = this.groups.getOrDefault(kind, described);
			this.groups.put(kind, last.next(now, errorId, traceId));
			if (this.groups.size() > MAX_GROUPS) {
				this.groups.remove(this.groups.keySet().iterator().next());
			}
		}
	}

	private @Nullable Group find(long kind) {
		synchronized (this.groups) {
			return this.groups.get(kind);
		}
	}

	private Group describe(long kind, Failure failure) {
		String group = HexFormat.of().toHexDigits(kind);
		Throwable thrown = failure.thrown();
		if (thrown == null) {
			return new Group(group, "", text(failure.text()), null, 0, Instant.EPOCH, Instant.EPOCH, "", null);
		}
		Throwable cause = Throwables.unwrap(thrown);
		String message = Throwables.message(cause);
		return new Group(group, cause.getClass().getName(), (message != null) ? text(message) : "", where(cause), 0,
				Instant.EPOCH, Instant.EPOCH, "", null);
	}

	/** A secret that is cut may not be recognized any more. */
	private String text(String text) {
		return Text.cut(this.redactor.redact(text), MAX_TEXT);
	}

	private @Nullable String where(Throwable thrown) {
		return this.application.first(List.of(Throwables.frames(thrown))).map(StackTraceElement::toString).orElse(null);
	}

	/** Returns the kinds of failures, the one that failed last first. */
	List<Group> newestFirst() {
		synchronized (this.groups) {
			return this.groups.values().stream().sorted(Comparator.comparing(Group::lastSeen).reversed()).toList();
		}
	}

	/**
	 * Failures of one kind.
	 *
	 * @param group the hash of the kind
	 * @param type the class of the exception, empty if there is none
	 * @param message the message of the first failure
	 * @param where the frame of the application, or {@code null} if there is none
	 * @param count the number of failures
	 * @param firstSeen when the first one was reported
	 * @param lastSeen when the last one was reported
	 * @param lastErrorId the id of the last incident
	 * @param lastTraceId the trace of the last failure, or {@code null} if it had none
	 */
	record Group(String group, String type, String message, @Nullable String where, long count, Instant firstSeen,
			Instant lastSeen, String lastErrorId, @Nullable String lastTraceId) {

		Group next(Instant now, String errorId, @Nullable String traceId) {
			return new Group(this.group, this.type, this.message, this.where, this.count + 1,
					(this.count == 0) ? now : this.firstSeen, now, errorId, traceId);
		}

	}

}

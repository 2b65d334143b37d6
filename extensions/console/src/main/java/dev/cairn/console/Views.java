package dev.cairn.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.console.Timeline.Snapshot;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Describes what is held, when it is read.
 *
 * @param application the packages of the application
 * @param slow the duration from which a unit of work is slow
 * @param contextPath the path before that of each request
 * @param sentryUrl the address of an incident in Sentry with the placeholder
 * <code>{id}</code>, or {@code null}
 */
record Views(ApplicationFrames application, Duration slow, String contextPath, @Nullable String sentryUrl) {

	private static final double NANOS_OF_MILLI = 1e6;

	private static final int RADIX = 36;

	static String id(long number) {
		return Long.toString(number, RADIX);
	}

	/** Returns the number of an id, or -1 if it is none. */
	static long number(String id) {
		try {
			return Long.parseLong(id, RADIX);
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	static String group(long kind) {
		return "%016x".formatted(kind);
	}

	boolean isSlow(Snapshot snapshot) {
		return snapshot.duration().compareTo(this.slow) >= 0;
	}

	static Set<String> errorIds(Snapshot snapshot) {
		Set<String> ids = new LinkedHashSet<>(snapshot.errorIds());
		snapshot.failed().forEach((failed) -> ids.add(failed.errorId()));
		return ids;
	}

	static long calls(Snapshot snapshot) {
		return snapshot.spans().stream().filter(Span::isCall).count();
	}

	static String name(Snapshot snapshot) {
		RequestDetails request = snapshot.request();
		if (request == null) {
			return snapshot.timeline().name;
		}
		return request.method() + " " + ((request.route() != null) ? request.route() : request.path());
	}

	/** Describes a unit of work in a list. */
	Map<String, @Nullable Object> summary(Snapshot snapshot, Texts texts) {
		Timeline timeline = snapshot.timeline();
		RequestDetails request = snapshot.request();
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("id", id(timeline.number));
		view.put("kind", (timeline.kind != null) ? lower(timeline.kind) : "none");
		view.put("name", texts.of(name(snapshot)));
		view.put("state", snapshot.ended() ? "ended" : "active");
		view.put("start", timeline.start);
		view.put("duration_ms", millis(snapshot.duration().toNanos()));
		if (request != null) {
			view.put("method", request.method());
			view.put("route", texts.of(request.route()));
			view.put("path", texts.of(request.path()));
			view.put("status", (request.status() != 0) ? request.status() : null);
			view.put("user", texts.of(request.user()));
		}
		UnitOfWork.Outcome outcome = snapshot.outcome();
		view.put("outcome", (outcome != null) ? lower(outcome) : null);
		Trace trace = snapshot.trace();
		view.put("trace_id", (trace != null) ? trace.traceId() : null);
		view.put("span_id", (trace != null) ? trace.spanId() : null);
		view.put("error_ids", errorIds(snapshot));
		view.put("failed", snapshot.isFailed());
		view.put("slow", isSlow(snapshot));
		view.put("calls", calls(snapshot));
		view.put("log_lines", snapshot.lines().size());
		view.put("warnings", snapshot.lines().stream().filter(LogLine::isWarning).count());
		view.put("events", events(snapshot));
		List<Map<String, @Nullable Object>> badges = new ArrayList<>();
		for (Badge badge : timeline.badges(snapshot)) {
			Map<String, @Nullable Object> shown = new LinkedHashMap<>();
			shown.put("kind", badge.kind());
			shown.put("text", texts.of(badge.text()));
			shown.put("count", badge.count());
			shown.put("duration_ms", millis(badge.nanos()));
			badges.add(shown);
		}
		view.put("badges", badges);
		return view;
	}

	/** The message about the request itself is none of its events. */
	static long events(Snapshot snapshot) {
		return snapshot.published()
			.stream()
			.filter((each) -> !each.message().type().equals(Message.TYPE_HTTP_REQUEST))
			.count();
	}

	/** Describes a unit of work with its timeline. */
	Map<String, @Nullable Object> detail(Snapshot snapshot, Texts texts) {
		Timeline timeline = snapshot.timeline();
		Map<String, @Nullable Object> view = summary(snapshot, texts);
		RequestDetails request = snapshot.request();
		if (request != null) {
			view.put("query", texts.of(request.query()));
			view.put("client_address", texts.of(clientAddress(snapshot)));
			view.put("headers", texts.of(request.headers()));
			view.put("curl", curl(snapshot, texts));
		}
		view.put("bindings", texts.of(snapshot.bindings()));
		view.put("spans", snapshot.spans().stream().map((span) -> span(timeline, span, texts)).toList());
		view.put("log", snapshot.lines().stream().map((line) -> line(timeline, line, texts)).toList());
		view.put("published",
				snapshot.published().stream().map((message) -> published(timeline, message, texts)).toList());
		view.put("incidents", snapshot.failed().stream().map((failed) -> incident(snapshot, failed, texts)).toList());
		Map<String, @Nullable Object> omitted = new LinkedHashMap<>();
		omitted.put("spans", snapshot.omittedSpans());
		omitted.put("log", snapshot.omittedLines());
		omitted.put("published", snapshot.omittedPublished());
		view.put("omitted", omitted);
		return view;
	}

	/** As in the message about the request, which respects the client's privacy. */
	private static @Nullable String clientAddress(Snapshot snapshot) {
		for (PublishedMessage each : snapshot.published()) {
			if (each.message().type().equals(Message.TYPE_HTTP_REQUEST)
					&& each.message().fields().get(MessageFields.CLIENT_ADDRESS) instanceof String address) {
				return address;
			}
		}
		return null;
	}

	@Nullable String curl(Snapshot snapshot, Texts texts) {
		RequestDetails request = snapshot.request();
		return (request != null) ? Curl.of(request, this.contextPath, texts) : null;
	}

	private static Map<String, @Nullable Object> span(Timeline timeline, Span span, Texts texts) {
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("id", span.id);
		view.put("parent", (span.parent != 0) ? span.parent : null);
		view.put("name", texts.of(span.name()));
		view.put("label", texts.of(span.label()));
		view.put("kind", span.kind());
		view.put("start_ms", timeline.millis(span.startNanos));
		view.put("duration_ms", (span.nanos() >= 0) ? millis(span.nanos()) : null);
		view.put("error", texts.of(span.error()));
		view.put("tags", texts.of(span.tags()));
		view.put("statement", texts.of(span.statement()));
		return view;
	}

	private static Map<String, @Nullable Object> line(Timeline timeline, LogLine line, Texts texts) {
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("at_ms", timeline.millis(line.nanos()));
		view.put("time", line.time());
		view.put("level", line.level().name());
		view.put("logger", line.logger());
		view.put("thread", line.thread());
		view.put("text", texts.of(line.text()));
		view.put("values", texts.of(line.values()));
		view.put("thrown", texts.of(line.thrown()));
		return view;
	}

	Map<String, @Nullable Object> published(Timeline timeline, PublishedMessage published, Texts texts) {
		Message message = published.message();
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("at_ms", timeline.millis(published.nanos()));
		view.put("id", message.id());
		view.put("type", message.type());
		view.put("time", message.timestamp());
		view.put("severity", message.severity().code());
		view.put("accepted", published.accepted());
		view.put("payload", message.payload().isEmpty() ? null : texts.of(message.payload()));
		view.put("fields", texts.value("", message.fields()));
		view.put("lost",
				published.lost()
					.stream()
					.map((loss) -> Map.of("sink", loss.sink(), "reason", loss.reason().wireName()))
					.toList());
		view.put("request", requestOf(timeline));
		Trace trace = message.trace();
		view.put("trace_id", (trace != null) ? trace.traceId() : null);
		return view;
	}

	private static @Nullable String requestOf(Timeline timeline) {
		return (timeline.kind != null) ? id(timeline.number) : null;
	}

	Map<String, @Nullable Object> incident(Snapshot snapshot, Failed failed, Texts texts) {
		Message message = message(snapshot, failed);
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("error_id", failed.errorId());
		view.put("group", group(failed.group()));
		view.put("at_ms", snapshot.timeline().millis(failed.nanos()));
		view.put("time", failed.time());
		view.put("type", failed.type().isEmpty() ? null : failed.type());
		view.put("message", texts.of(failed.message()));
		view.put("handled", message != null && Boolean.TRUE.equals(message.fields().get(MessageFields.HANDLED)));
		view.put("text", failed.text().isEmpty() ? null : texts.of(failed.text()));
		view.put("fields", (message != null) ? texts.value("", message.fields()) : Map.of());
		view.put("exceptions", failed.exceptions().stream().map((thrown) -> thrown(thrown, texts)).toList());
		view.put("request", requestOf(snapshot.timeline()));
		Trace trace = snapshot.trace();
		view.put("trace_id", (trace != null) ? trace.traceId() : null);
		view.put("sentry", sentry(failed.errorId()));
		return view;
	}

	private static @Nullable Message message(Snapshot snapshot, Failed failed) {
		for (PublishedMessage each : snapshot.published()) {
			if (each.message().type().equals(Message.TYPE_EXCEPTION)
					&& failed.errorId().equals(MessageFields.errorId(each.message()))) {
				return each.message();
			}
		}
		return null;
	}

	private Map<String, @Nullable Object> thrown(Failed.Thrown thrown, Texts texts) {
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("type", thrown.type());
		view.put("message", texts.of(thrown.message()));
		List<Map<String, Object>> frames = new ArrayList<>();
		for (StackTraceElement frame : thrown.frames()) {
			frames.add(Map.of("text", frame.toString(), "own", this.application.contains(frame.getClassName())));
		}
		view.put("frames", frames);
		view.put("omitted_frames", thrown.omitted());
		return view;
	}

	Map<String, @Nullable Object> group(IncidentGroups.View group, Texts texts) {
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("group", group(group.kind()));
		view.put("type", group.type().isEmpty() ? null : group.type());
		view.put("message", texts.of(group.message()));
		view.put("location", group.location());
		view.put("first", group.first());
		view.put("last", group.last());
		view.put("count", group.count());
		view.put("trend", group.trend());
		view.put("trend_step_ms", 60_000);
		view.put("error_ids", group.errorIds());
		view.put("routes", group.routes());
		view.put("sentry", group.errorIds().isEmpty() ? null : sentry(group.errorIds().get(0)));
		return view;
	}

	private @Nullable String sentry(String errorId) {
		return (this.sentryUrl != null) ? this.sentryUrl.replace("{id}", errorId) : null;
	}

	static double millis(long nanos) {
		return Math.round(nanos / NANOS_OF_MILLI * 1000) / 1000.0;
	}

	static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}

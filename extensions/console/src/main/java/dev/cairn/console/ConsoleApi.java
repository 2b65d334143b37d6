package dev.cairn.console;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Trace;
import dev.cairn.console.Timeline.Snapshot;
import dev.cairn.engine.EventSchemas;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.metrics.Conditions;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

/**
 * Answers the requests to the console, independent of the web stack. Thread-safe.
 */
final class ConsoleApi {

	private static final String API = "/api/";

	private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{4,64}");

	private static final int MAX_LISTED = 500;

	private static final int MAX_LAST = 200;

	private static final int MAX_INCIDENTS = 10;

	/** A list has to fit into a body; a text may take six bytes for a character. */
	private static final int[] DETAIL_LIMITS = { Timeline.MAX_TEXT, 1000, 100, 20 };

	private static final int[] LIST_LIMITS = { Texts.SHORT, 100, 20 };

	private final Timelines timelines;

	private final EventCounts events;

	private final IncidentGroups groups;

	private final LiveFigures live;

	private final Views views;

	private final Texts texts;

	private final Origin origin;

	private final StaticFiles files;

	private final ClassLoader loader;

	private final OtherEndpoints endpoints;

	private final Extensions extensions;

	private final @Nullable Instances instances;

	private final Instant started = Instant.now();

	/** Two addresses of the same instance are recognized by it. */
	private final String id = UUID.randomUUID().toString();

	ConsoleApi(Timelines timelines, EventCounts events, IncidentGroups groups, LiveFigures live, Views views,
			Redactor redactor, Origin origin, ClassLoader loader, OtherEndpoints endpoints, Extensions extensions,
			@Nullable Instances instances) {
		this.timelines = timelines;
		this.events = events;
		this.groups = groups;
		this.live = live;
		this.views = views;
		this.texts = new Texts(redactor, Texts.SHORT);
		this.origin = origin;
		this.files = new StaticFiles(loader);
		this.loader = loader;
		this.endpoints = endpoints;
		this.extensions = extensions;
		this.instances = instances;
	}

	/**
	 * Answers a request.
	 * @param request the request
	 * @return the answer, also if the request is not valid
	 */
	Answer answer(ConsoleRequest request) {
		if (!request.isRead()) {
			return Answer.error(405, "The console is read only").with("Allow", "GET, HEAD");
		}
		try {
			Answer answer = route(request);
			return ((answer != null) ? answer : Answer.error(404, "There is nothing at this address"))
				.with(PeerClient.INSTANCE, this.id);
		}
		catch (IllegalArgumentException ex) {
			return Answer.error(400, String.valueOf(ex.getMessage()));
		}
		catch (Json.TooLargeException ex) {
			return Answer.error(500, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			this.extensions.failed("the console", ex);
			return Answer.error(500, "The console failed: " + ex.getClass().getName());
		}
	}

	/** Returns the current figures for the stream. */
	byte[] live() {
		try {
			return Json.write(this.live.current());
		}
		catch (Json.TooLargeException ex) {
			return "{}".getBytes(StandardCharsets.US_ASCII);
		}
	}

	private Map<String, @Nullable Object> live(ConsoleRequest request) {
		return "true".equals(request.parameter("buckets")) ? this.live.withBuckets() : this.live.withHistory();
	}

	private @Nullable Answer route(ConsoleRequest request) throws Json.TooLargeException {
		String path = request.path();
		if (path.isEmpty()) {
			return null;
		}
		if (!path.startsWith(API)) {
			return this.files.get(path.equals("/") ? "index.html" : path.substring(1), request.ifNoneMatch());
		}
		String[] parts = path.substring(API.length()).split("/", 2);
		String name = parts[0];
		if (name.equals("instances")) {
			return (this.instances != null)
					? this.instances.answer(request, (parts.length > 1) ? parts[1] : "", this::answer) : null;
		}
		String selected = (parts.length > 1) ? UriUtils.decode(parts[1], StandardCharsets.UTF_8) : null;
		if (Instances.isSummedEndpoint(name)) {
			return (this.instances != null) ? this.instances.endpoint(request, name, selected) : null;
		}
		if (selected != null) {
			return switch (name) {
				case "requests" -> request(selected);
				case "incidents" -> incidents(selected);
				case "events" -> json(LIST_LIMITS, (limited) -> published(request, selected, limited));
				default -> null;
			};
		}
		return switch (name) {
			case "session" -> Answer.json(200, Json.write(session(request)));
			case "live" -> Answer.json(200, Json.write(live(request)));
			case "requests" -> json(LIST_LIMITS, (limited) -> requests(request, limited));
			case "find" -> json(LIST_LIMITS, (limited) -> find(request, limited));
			case "incidents" -> json(LIST_LIMITS, this::incidents);
			case "events" -> json(LIST_LIMITS, (limited) -> events());
			case "search" -> json(LIST_LIMITS, (limited) -> published(request, null, limited));
			default -> null;
		};
	}

	/** Cuts texts shorter until the answer fits. */
	private Answer json(int[] limits, Function<Texts, Map<String, @Nullable Object>> view)
			throws Json.TooLargeException {
		for (int limit : limits) {
			try {
				return Answer.json(200, Json.write(view.apply(this.texts.withLimit(limit))));
			}
			catch (Json.TooLargeException ex) {
				if (limit == limits[limits.length - 1]) {
					throw ex;
				}
			}
		}
		throw new IllegalStateException("no limit");
	}

	private Map<String, @Nullable Object> session(ConsoleRequest request) {
		Map<String, @Nullable Object> session = new LinkedHashMap<>();
		session.put("instance", this.id);
		session.put("service", this.origin.service());
		session.put("environment", this.origin.environment());
		session.put("release", this.origin.release());
		session.put("hostname", this.origin.hostname());
		session.put("pid", this.origin.pid());
		session.put("started", this.started);
		session.put("time", Instant.now());
		session.put("user", request.user());
		ConsoleRequest.Csrf csrf = request.csrf().get();
		session.put("csrf", (csrf != null) ? Map.of("header", csrf.header(), "token", csrf.token()) : null);
		session.put("endpoints", this.endpoints.describe());
		Map<String, Object> memory = new LinkedHashMap<>();
		memory.put("used_bytes", this.timelines.used());
		memory.put("max_bytes", this.timelines.maxBytes());
		memory.put("requests", this.timelines.held());
		memory.put("evicted", this.timelines.evicted());
		session.put("memory", memory);
		session.put("slow_ms", this.views.slow().toMillis());
		session.put("application_packages", this.views.application().packages());
		return session;
	}

	private Map<String, @Nullable Object> requests(ConsoleRequest request, Texts limited) {
		int limit = (int) request.number("limit", 100, 1, MAX_LISTED);
		long after = number(request, "after", 0);
		long before = number(request, "before", Long.MAX_VALUE);
		Predicate<Snapshot> search = Search.of(request, this.views, this.texts.withLimit(Timeline.MAX_TEXT));
		List<Object> found = new ArrayList<>();
		boolean more = false;
		for (Timeline timeline : this.timelines.newestFirst()) {
			if (timeline.number <= after) {
				break;
			}
			if (timeline.kind == null || timeline.number >= before) {
				continue;
			}
			Snapshot snapshot = timeline.snapshot();
			if (search.test(snapshot)) {
				if (found.size() == limit) {
					more = true;
					break;
				}
				found.add(this.views.summary(snapshot, limited));
			}
		}
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("requests", found);
		view.put("more", more);
		view.put("matched", found.size());
		view.put("held", this.timelines.held());
		return view;
	}

	private static long number(ConsoleRequest request, String name, long byDefault) {
		String id = request.parameter(name);
		long number = (id != null) ? Views.number(id) : byDefault;
		if (number < 0) {
			throw new IllegalArgumentException(name + " must be the id of a request, but was '" + id + "'");
		}
		return number;
	}

	private @Nullable Answer request(String selected) throws Json.TooLargeException {
		boolean curl = selected.endsWith("/curl");
		long number = Views.number(curl ? selected.substring(0, selected.length() - "/curl".length()) : selected);
		for (Timeline timeline : this.timelines.newestFirst()) {
			if (timeline.number == number && timeline.kind != null) {
				Snapshot snapshot = timeline.snapshot();
				if (curl) {
					String command = this.views.curl(snapshot, this.texts.withLimit(Timeline.MAX_TEXT));
					return (command != null) ? Answer.text(command) : null;
				}
				return json(DETAIL_LIMITS, (limited) -> this.views.detail(snapshot, limited));
			}
		}
		return null;
	}

	private Map<String, @Nullable Object> find(ConsoleRequest request, Texts limited) {
		String id = request.parameter("id");
		if (id == null || !ID.matcher(id).matches()) {
			throw new IllegalArgumentException("id must be 4 to 64 letters, digits and dashes");
		}
		String wanted = id.toLowerCase(Locale.ROOT);
		List<Object> requests = new ArrayList<>();
		List<Object> incidents = new ArrayList<>();
		List<Object> published = new ArrayList<>();
		for (Timeline timeline : this.timelines.newestFirst()) {
			Snapshot snapshot = timeline.snapshot();
			boolean inTrace = isInTrace(snapshot.trace(), wanted);
			if (timeline.kind != null && requests.size() < MAX_LISTED && (inTrace
					|| Views.id(timeline.number).equals(wanted) || Views.errorIds(snapshot).contains(wanted))) {
				requests.add(this.views.summary(snapshot, limited));
			}
			snapshot.failed()
				.stream()
				.filter((failed) -> incidents.size() < MAX_INCIDENTS && (inTrace || failed.errorId().equals(wanted)))
				.forEach((failed) -> incidents.add(this.views.incident(snapshot, failed, limited)));
			snapshot.published()
				.stream()
				.filter((each) -> published.size() < MAX_LAST && (each.message().id().equals(wanted)
						|| !(inTrace && timeline.kind != null) && isInTrace(each.message().trace(), wanted)))
				.forEach((each) -> published.add(this.views.published(timeline, each, limited)));
		}
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("id", id);
		view.put("requests", requests);
		view.put("incidents", incidents);
		view.put("published", published);
		return view;
	}

	private static boolean isInTrace(@Nullable Trace trace, String id) {
		return trace != null && trace.traceId().equals(id);
	}

	private Map<String, @Nullable Object> incidents(Texts limited) {
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("groups", this.groups.views().stream().map((group) -> this.views.group(group, limited)).toList());
		view.put("evicted", this.groups.evicted());
		return view;
	}

	private @Nullable Answer incidents(String selected) throws Json.TooLargeException {
		for (IncidentGroups.View group : this.groups.views()) {
			if (Views.group(group.kind()).equals(selected)) {
				return json(DETAIL_LIMITS, (limited) -> {
					Map<String, @Nullable Object> view = this.views.group(group, limited);
					view.put("incidents", incidents(group.kind(), limited));
					return view;
				});
			}
		}
		return null;
	}

	private List<Object> incidents(long kind, Texts limited) {
		List<Object> incidents = new ArrayList<>();
		for (Timeline timeline : this.timelines.newestFirst()) {
			Snapshot snapshot = timeline.snapshot();
			for (Failed failed : snapshot.failed()) {
				if (failed.group() == kind && incidents.size() < MAX_INCIDENTS) {
					incidents.add(this.views.incident(snapshot, failed, limited));
				}
			}
		}
		return incidents;
	}

	private Map<String, @Nullable Object> events() {
		List<Object> types = new ArrayList<>();
		this.events.byType().forEach((type, count) -> {
			Map<String, @Nullable Object> event = new LinkedHashMap<>();
			event.put("type", type);
			event.put("total", count.published());
			event.put("per_second", this.live.eventRate(type));
			event.put("last", count.last());
			event.put("lost", count.lost());
			event.put("sampled_out", count.sampledOut());
			types.add(event);
		});
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		view.put("types", types);
		return view;
	}

	/** Returns the last messages of a type, or of all types. */
	private Map<String, @Nullable Object> published(ConsoleRequest request, @Nullable String type, Texts limited) {
		int limit = (int) request.number("limit", 50, 1, MAX_LAST);
		Predicate<Message> condition = Conditions.parseAll(request.parameters("where"),
				new MessageTerms(this.texts.withLimit(Timeline.MAX_TEXT)));
		List<Object> found = new ArrayList<>();
		for (Timeline timeline : this.timelines.newestFirst()) {
			List<PublishedMessage> messages = timeline.snapshot().published();
			for (int i = messages.size() - 1; i >= 0 && found.size() < limit; i--) {
				PublishedMessage each = messages.get(i);
				if ((type == null || each.message().type().equals(type)) && condition.test(each.message())) {
					found.add(this.views.published(timeline, each, limited));
				}
			}
		}
		Map<String, @Nullable Object> view = new LinkedHashMap<>();
		if (type != null) {
			view.put("type", type);
			view.put("schema", schema(type));
		}
		view.put("published", found);
		return view;
	}

	private @Nullable String schema(String type) {
		return this.events.byType().containsKey(type) ? EventSchemas.find(type, this.loader) : null;
	}

}

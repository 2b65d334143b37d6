package dev.cairn.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import dev.cairn.console.PeerClient.Reading;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

/**
 * Answers requests about other instances, and about the sum of all. A peer is looked up
 * by its name, and asked for its own figures only, so no request goes in circles. Nothing
 * of it is stored. Thread-safe.
 */
final class Instances {

	/** The paths of the console that a peer may be asked for. */
	private static final Set<String> CONSOLE = Set.of("session", "live", "requests", "find", "incidents", "events",
			"search");

	/** The endpoints that a peer may be asked for. */
	private static final Set<String> ENDPOINTS = Set.of("cairn", "cairnmetrics", "cairnevents", "cairnswitches",
			"cairnconfig", "cairndoctor");

	/** Those with an item below them. */
	private static final Set<String> WITH_ITEMS = Set.of("requests", "incidents", "events", "cairnmetrics");

	private static final String SESSION = "session";

	private static final String METERS = "cairnmetrics";

	/** The endpoints that are read through the console for a sum. */
	private static final Set<String> SUMMED_ENDPOINTS = Set.of(METERS, "cairnevents");

	private static final String REQUESTS = "requests";

	/** The parameters that make answers such that they can be added. */
	private static final Map<String, Map<String, List<String>>> ADDABLE = Map.of("live",
			Map.of("buckets", List.of("true")), METERS, Map.of("buckets", List.of("true")), "cairnevents",
			Map.of("sketches", List.of("true")), REQUESTS, Map.of("limit", List.of(String.valueOf(Sums.MAX_REQUESTS))));

	private static final int MAX_PARAMETERS = 20;

	private static final int OK = 200;

	private static final int NOT_FOUND = 404;

	private static final int BAD_GATEWAY = 502;

	private final Peers peers;

	private final PeerClient client;

	private final OtherEndpoints endpoints;

	private final Sums sums;

	Instances(Peers peers, PeerClient client, OtherEndpoints endpoints, Sums sums) {
		this.peers = peers;
		this.client = client;
		this.endpoints = endpoints;
		this.sums = sums;
	}

	/**
	 * Answers a request below {@code api/instances}.
	 * @param request the request
	 * @param below the encoded path, without a slash before it
	 * @param own answers requests for this instance
	 * @return the answer, or {@code null} if there is nothing at the address
	 * @throws Json.TooLargeException if the answer has no room in a body
	 */
	@Nullable Answer answer(ConsoleRequest request, String below, Function<ConsoleRequest, Answer> own)
			throws Json.TooLargeException {
		if (below.isEmpty()) {
			return list(request, own);
		}
		Target target = Target.of(below);
		if (target == null) {
			return null;
		}
		if (target.instance.equals(Instance.ALL)) {
			return sum(request, target, own);
		}
		Instance peer = this.peers.find(target.instance);
		return (peer != null) ? peer(request, target, peer)
				: Answer.error(NOT_FOUND, "There is no instance of this name.");
	}

	/**
	 * Answers with what an endpoint of this instance has, so that a sum reads all in the
	 * same way.
	 * @param request the request
	 * @param name the id of the endpoint
	 * @param item the item below the endpoint, or {@code null} for the whole
	 * @return the answer, or {@code null} if there is none
	 * @throws Json.TooLargeException if the answer has no room in a body
	 */
	@Nullable Answer endpoint(ConsoleRequest request, String name, @Nullable String item) throws Json.TooLargeException {
		Object description = this.endpoints.read(name, item, parameters(request));
		return (description != null) ? Answer.json(OK, Json.write(Parsed.of(description))) : null;
	}

	static boolean isSummedEndpoint(String name) {
		return SUMMED_ENDPOINTS.contains(name);
	}

	private Answer list(ConsoleRequest request, Function<ConsoleRequest, Answer> own) throws Json.TooLargeException {
		Collection<Instance> all = this.peers.all();
		List<Object> shown = new ArrayList<>();
		if (!all.isEmpty()) {
			read(request, all, SESSION, Map.of(), own).forEach((member) -> shown.add(member.describe()));
		}
		return Answer.json(OK, Json.write(Map.of("instances", shown)));
	}

	/**
	 * Reads the same of this instance and of others. An instance that several addresses
	 * lead to is read once: each answer has its id.
	 */
	private List<Member> read(ConsoleRequest request, Collection<Instance> others, String path,
			Map<String, List<String>> parameters, Function<ConsoleRequest, Answer> own) {
		List<Member> members = new ArrayList<>();
		Map<String, String> names = new HashMap<>();
		Answer answer = own
			.apply(new ConsoleRequest("GET", "/api/" + path, parameters, null, request.user(), () -> null));
		names.put(answer.headers().getOrDefault(PeerClient.INSTANCE, Instance.SELF), Instance.SELF);
		if (answer.status() != NOT_FOUND) {
			members.add(new Member(Instance.SELF, value(answer), State.UP, null));
		}
		for (Reading reading : this.client.read(others, consolePath(path) + query(parameters))) {
			String name = reading.peer().name();
			String earlier = (reading.instance() != null) ? names.putIfAbsent(reading.instance(), name) : null;
			if (earlier != null) {
				members.add(new Member(name, null, State.SAME, "is the same as " + earlier));
			}
			else if (reading.value() != null) {
				members.add(new Member(name, reading.value(), State.UP, null));
			}
			else {
				members.add(new Member(name, null, reading.isMissing() ? State.WITHOUT : State.DOWN, reading.reason()));
			}
		}
		return members;
	}

	/** Reads this instance in the same way as a peer, so that all figures are alike. */
	private static Map<String, @Nullable Object> value(Answer answer) {
		Map<String, @Nullable Object> value = Parsed.parse(answer.body());
		if (answer.status() == OK && value != null) {
			return value;
		}
		String error = (value != null) ? Parsed.text(value, "error") : null;
		throw new IllegalArgumentException((error != null) ? error : "This instance cannot be read");
	}

	private String consolePath(String path) {
		return this.endpoints.path(ConsoleEndpoint.ID) + "/api/" + path;
	}

	private static String query(Map<String, List<String>> parameters) {
		StringBuilder query = new StringBuilder();
		parameters.forEach((key,
				values) -> values.forEach((value) -> query.append(query.isEmpty() ? '?' : '&')
					.append(UriUtils.encode(key, StandardCharsets.UTF_8))
					.append('=')
					.append(UriUtils.encode(value, StandardCharsets.UTF_8))));
		return query.toString();
	}

	private Answer peer(ConsoleRequest request, Target target, Instance peer) throws Json.TooLargeException {
		Reading reading = this.client.read(peer, target.path(this, parameters(request)));
		Map<String, @Nullable Object> value = reading.value();
		if (value == null) {
			return reading.toAnswer(target.item != null);
		}
		return Answer.json(OK, Json.write(target.name.equals(SESSION) ? session(value, request, ENDPOINTS) : value));
	}

	/** The page reads all through this instance, and changes nothing. */
	private static Map<String, @Nullable Object> session(Map<String, @Nullable Object> session, ConsoleRequest request,
			Set<String> readable) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>(session);
		Map<String, @Nullable Object> endpoints = new LinkedHashMap<>();
		Parsed.map(session, "endpoints").forEach((name, endpoint) -> {
			if (readable.contains(name) && Parsed.list(Parsed.map(endpoint), "methods").contains("GET")) {
				endpoints.put(name, Map.of("href", "api/" + name, "methods", List.of("GET")));
			}
		});
		shown.put("endpoints", endpoints);
		shown.put("user", request.user());
		shown.put("csrf", null);
		return shown;
	}

	private static Map<String, List<String>> parameters(ConsoleRequest request) {
		if (request.parameters().size() > MAX_PARAMETERS) {
			throw new IllegalArgumentException("there must be at most " + MAX_PARAMETERS + " parameters");
		}
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		request.parameters().keySet().forEach((name) -> parameters.put(name, request.parameters(name)));
		return parameters;
	}

	private @Nullable Answer sum(ConsoleRequest request, Target target, Function<ConsoleRequest, Answer> own)
			throws Json.TooLargeException {
		if (target.is(SESSION)) {
			return Answer.json(OK, Json.write(sessionOfAll(request, own)));
		}
		if (!this.sums.isSummed(target.name, target.item != null)) {
			return Answer.error(NOT_FOUND, "Each instance has this for itself. Choose one of them.");
		}
		Map<String, List<String>> parameters = parameters(request);
		if (target.name.equals(METERS) && parameters.containsKey("where")) {
			throw new IllegalArgumentException("conditions compare the figures of one instance. Choose one of them");
		}
		if (target.name.equals(REQUESTS) && (parameters.containsKey("before") || parameters.containsKey("after"))) {
			throw new IllegalArgumentException("each instance has ids of its own. Choose one of them");
		}
		parameters.putAll(ADDABLE.getOrDefault(target.name, Map.of()));
		Map<String, Map<String, @Nullable Object>> values = new LinkedHashMap<>();
		List<Object> missing = new ArrayList<>();
		for (Member member : read(request, this.peers.all(), target.encoded(), parameters, own)) {
			if (member.value != null) {
				values.put(member.name, member.value);
			}
			else if (member.state == State.DOWN || (member.state == State.WITHOUT && target.item == null)) {
				missing.add(missing(member.name, member.reason));
			}
		}
		return sum(target, values, missing);
	}

	private @Nullable Answer sum(Target target, Map<String, Map<String, @Nullable Object>> values, List<Object> missing)
			throws Json.TooLargeException {
		if (values.isEmpty()) {
			return missing.isEmpty() ? null : Answer.error(BAD_GATEWAY, "No instance could be read.");
		}
		Map<String, @Nullable Object> sum;
		try {
			sum = this.sums.of(target.name, target.item, values);
		}
		catch (IllegalArgumentException ex) {
			return Answer.error(BAD_GATEWAY, "An instance has sent figures that cannot be added: " + ex.getMessage());
		}
		sum.put("instances", Map.of("counted", List.copyOf(values.keySet()), "missing", missing));
		return Answer.json(OK, Json.write(sum));
	}

	private Map<String, @Nullable Object> sessionOfAll(ConsoleRequest request, Function<ConsoleRequest, Answer> own) {
		List<Member> up = read(request, this.peers.all(), SESSION, Map.of(), own).stream()
			.filter((member) -> member.value != null)
			.toList();
		Map<String, @Nullable Object> session = session(Parsed.map(up.get(0).value), request, SUMMED_ENDPOINTS);
		session.put("hostname", up.size() + " instances");
		List.of("pid", "instance", "memory").forEach(session::remove);
		return session;
	}

	private static Map<String, @Nullable Object> missing(String name, @Nullable String reason) {
		Map<String, @Nullable Object> missing = new LinkedHashMap<>();
		missing.put("id", name);
		missing.put("reason", reason);
		return missing;
	}

	private enum State {

		/** It has answered. */
		UP,
		/** It has answered at another address already. */
		SAME,
		/** It does not have what it was asked for. */
		WITHOUT,
		/** It cannot be read. */
		DOWN

	}

	/**
	 * An instance with what it has answered.
	 *
	 * @param name the name, which is its id
	 * @param value what it has answered, or {@code null} if it does not count
	 * @param state whether it counts
	 * @param reason why it does not count, or {@code null}
	 */
	private record Member(String name, @Nullable Map<String, @Nullable Object> value, State state,
			@Nullable String reason) {

		Map<String, @Nullable Object> describe() {
			Map<String, @Nullable Object> view = new LinkedHashMap<>();
			view.put("id", this.name);
			view.put("name", this.name);
			view.put("state", Views.lower((this.state == State.WITHOUT) ? State.DOWN : this.state));
			view.put("reason", this.reason);
			for (String key : List.of("service", "release", "hostname", "started")) {
				view.put(key, (this.value != null) ? Parsed.text(this.value, key) : null);
			}
			return view;
		}

	}

	/**
	 * The part of an instance that is read. The browser chooses the name of the instance,
	 * one of a few paths, and the id of an item.
	 *
	 * @param instance the name of the instance
	 * @param name the path of the console, or an endpoint
	 * @param item the decoded id of an item, or {@code null} for the whole
	 */
	private record Target(String instance, String name, @Nullable String item) {

		static @Nullable Target of(String below) {
			String[] parts = below.split("/", 3);
			if (parts.length < 2 || !(CONSOLE.contains(parts[1]) || ENDPOINTS.contains(parts[1]))) {
				return null;
			}
			String item = (parts.length > 2) ? UriUtils.decode(parts[2], StandardCharsets.UTF_8) : null;
			if (item != null && !(WITH_ITEMS.contains(parts[1]) && isItem(item))) {
				return null;
			}
			return new Target(UriUtils.decode(parts[0], StandardCharsets.UTF_8), parts[1], item);
		}

		/** An item is no way to another path. */
		private static boolean isItem(String item) {
			for (String segment : item.split("/", -1)) {
				if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
					return false;
				}
			}
			return true;
		}

		boolean is(String wanted) {
			return this.name.equals(wanted) && this.item == null;
		}

		/** Returns the path of the console or below the actuator, without a query. */
		String encoded() {
			StringBuilder path = new StringBuilder(this.name);
			if (this.item != null) {
				for (String segment : this.item.split("/")) {
					path.append('/').append(UriUtils.encode(segment, StandardCharsets.UTF_8));
				}
			}
			return path.toString();
		}

		String path(Instances instances, Map<String, List<String>> parameters) {
			String own = CONSOLE.contains(this.name) ? instances.consolePath(encoded())
					: instances.endpoints.path(this.name) + encoded().substring(this.name.length());
			return own + query(parameters);
		}

	}

}

package dev.cairn.mcp;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.MessageFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows the requests that were served last.
 *
 * @param messages the recent messages
 */
record RecentRequestsTool(RecentMessages messages) implements Tool {

	private static final String LIMIT = "limit";

	private static final String ROUTE = "route";

	private static final String MIN_STATUS = "min_status";

	private static final String MIN_DURATION = "min_duration_ms";

	private static final int MAX_LIMIT = 100;

	private static final List<String> SHOWN = List.of(MessageFields.METHOD, MessageFields.ROUTE, MessageFields.PATH,
			MessageFields.STATUS, MessageFields.DURATION_MS, MessageFields.ERROR_ID);

	@Override
	public String name() {
		return "recent_requests";
	}

	@Override
	public String description() {
		return "Lists the HTTP requests that this service has served last, the newest first, with route, status, "
				+ "duration, trace_id, and error_id if they have failed. Requests that were sampled out are missing. "
				+ "Pass the trace_id to request_timeline for the details of a request.";
	}

	@Override
	public Map<String, Object> arguments() {
		return Map.of(LIMIT,
				Map.of("type", "integer", "minimum", 1, "maximum", MAX_LIMIT, "description",
						"Maximum number of requests; 20 by default"),
				ROUTE, Map.of("type", "string", "description", "Part of the route, such as /orders"), MIN_STATUS,
				Map.of("type", "integer", "minimum", 100, "maximum", 599, "description",
						"Lowest status, such as 500 for failed requests"),
				MIN_DURATION,
				Map.of("type", "integer", "minimum", 0, "description", "Lowest duration in milliseconds"));
	}

	@Override
	public String call(Arguments arguments) {
		int limit = arguments.number(LIMIT, 20, 1, MAX_LIMIT);
		String route = arguments.text(ROUTE);
		int minStatus = arguments.number(MIN_STATUS, 0, 100, 599);
		int minDuration = arguments.number(MIN_DURATION, 0, 0, Integer.MAX_VALUE);
		List<ObjectNode> found = this.messages.requests()
			.stream()
			.map((request) -> Answer.parse(request.json(this.messages.encoder())))
			.filter((request) -> matches(request.path("fields"), route, minStatus, minDuration))
			.limit(limit)
			.map(RecentRequestsTool::summary)
			.toList();
		return Answer.list(Map.of(), "requests", found);
	}

	private static boolean matches(JsonNode fields, @Nullable String route, int minStatus, int minDuration) {
		return (route == null || fields.path(MessageFields.ROUTE).asString("").contains(route))
				&& fields.path(MessageFields.STATUS).asInt(0) >= minStatus
				&& fields.path(MessageFields.DURATION_MS).asDouble(0) >= minDuration;
	}

	private static ObjectNode summary(JsonNode request) {
		ObjectNode summary = Answer.tree(Map.of());
		summary.set("timestamp", request.path("timestamp"));
		SHOWN.forEach((name) -> copy(request.path("fields"), name, summary));
		copy(request, "trace_id", summary);
		return summary;
	}

	private static void copy(JsonNode from, String name, ObjectNode to) {
		if (from.has(name)) {
			to.set(name, Objects.requireNonNull(from.get(name)));
		}
	}

}

package dev.cairn.mcp;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.cairn.MessageFields;
import tools.jackson.databind.JsonNode;

/**
 * Shows what happened in one request, or in another unit of work.
 *
 * @param messages the recent messages
 */
record RequestTimelineTool(RecentMessages messages) implements Tool {

	private static final String ID = "id";

	private static final String TRACE_ID = "trace_id";

	@Override
	public String name() {
		return "request_timeline";
	}

	@Override
	public String description() {
		return "Lists all recent messages of one request or other unit of work in the order of time: the request, its "
				+ "events, its failures with their stack traces, and published log entries. Messages that are older "
				+ "than the last ones in memory, and those of other services, are missing.";
	}

	@Override
	public Map<String, Object> arguments() {
		return Map.of(ID, Map.of("type", "string", "description",
				"A trace_id, or an error_id (X-Error-Id of a response, errorId of a log line)"));
	}

	@Override
	public Set<String> required() {
		return Set.of(ID);
	}

	@Override
	public String call(Arguments arguments) {
		String id = arguments.requiredText(ID);
		List<JsonNode> found = find((message) -> id.equals(message.traceId()), (message) -> true);
		if (found.isEmpty()) {
			found = ofError(id);
		}
		if (found.isEmpty()) {
			throw new IllegalArgumentException(
					"No recent message has this trace_id or error_id. Use recent_requests or "
							+ "incidents for the ids that are known.");
		}
		return Answer.list(Map.of(), "messages", found);
	}

	/** The messages of the trace of a failure, or those of the failure without one. */
	private List<JsonNode> ofError(String errorId) {
		List<JsonNode> found = find((message) -> true,
				(json) -> errorId.equals(json.path("fields").path(MessageFields.ERROR_ID).asString("")));
		List<String> traces = found.stream()
			.map((json) -> json.path(TRACE_ID).asString(""))
			.filter((traceId) -> !traceId.isEmpty())
			.toList();
		return traces.isEmpty() ? found
				: find((message) -> message.traceId() != null && traces.contains(message.traceId()), (json) -> true);
	}

	private List<JsonNode> find(Predicate<RecentMessage> filter, Predicate<JsonNode> condition) {
		return this.messages.all()
			.filter(filter)
			.sorted(Comparator.comparing(RecentMessage::timestamp))
			.map((message) -> Answer.parse(message.json(this.messages.encoder())))
			.filter(condition)
			.toList();
	}

}

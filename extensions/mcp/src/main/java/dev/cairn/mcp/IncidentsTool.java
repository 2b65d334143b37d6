package dev.cairn.mcp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Shows the kinds of failures since the start.
 *
 * @param groups the kinds
 */
record IncidentsTool(IncidentGroups groups) implements Tool {

	private static final String LIMIT = "limit";

	@Override
	public String name() {
		return "incidents";
	}

	@Override
	public String description() {
		return "Lists the kinds of failures since the start of this service, the one that has failed last first, with "
				+ "the number of failures, the first frame of the application and the ids of the last failure. Pass "
				+ "last_trace_id or last_error_id to request_timeline for its stack trace.";
	}

	@Override
	public Map<String, Object> arguments() {
		return Map.of(LIMIT, Map.of("type", "integer", "minimum", 1, "maximum", IncidentGroups.MAX_GROUPS,
				"description", "Maximum number of kinds; 20 by default"));
	}

	@Override
	public String call(Arguments arguments) {
		int limit = arguments.number(LIMIT, 20, 1, IncidentGroups.MAX_GROUPS);
		List<IncidentGroups.Group> groups = this.groups.newestFirst();
		return Answer.list(Map.of("kinds", groups.size()), "incidents",
				groups.stream().limit(limit).map(IncidentsTool::describe).toList());
	}

	private static Map<String, @Nullable Object> describe(IncidentGroups.Group group) {
		Map<String, @Nullable Object> described = new LinkedHashMap<>();
		described.put("group", group.group());
		described.put("type", group.type());
		described.put("message", group.message());
		described.put("where", group.where());
		described.put("count", group.count());
		described.put("first_seen", group.firstSeen());
		described.put("last_seen", group.lastSeen());
		described.put("last_error_id", group.lastErrorId());
		described.put("last_trace_id", group.lastTraceId());
		return described;
	}

}

package dev.cairn.mcp;

import java.util.List;
import java.util.stream.Stream;

/**
 * The tools of the server.
 *
 * @param messages the recent messages
 * @param groups the kinds of failures
 * @param endpoints the endpoints that tools read
 */
record McpTools(RecentMessages messages, IncidentGroups groups, Endpoints endpoints) {

	/** Returns the tools; one that reads an endpoint is missing without access to it. */
	List<Tool> all() {
		Stream<Tool> recorded = Stream.of(new RecentRequestsTool(this.messages), new RequestTimelineTool(this.messages),
				new IncidentsTool(this.groups));
		Stream<Tool> read = Stream.concat(this.endpoints.find(Endpoints.CAIRN).<Tool>map(ChannelsTool::new).stream(),
				this.endpoints.find(Endpoints.DOCTOR).<Tool>map(DoctorTool::new).stream());
		return Stream.concat(recorded, read).toList();
	}

}

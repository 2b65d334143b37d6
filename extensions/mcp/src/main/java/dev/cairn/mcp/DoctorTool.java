package dev.cairn.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows what the {@code cairndoctor} endpoint finds.
 *
 * @param endpoint reads the endpoint
 */
record DoctorTool(Supplier<@Nullable Object> endpoint) implements Tool {

	private static final String FINDINGS = "findings";

	@Override
	public String name() {
		return "doctor";
	}

	@Override
	public String description() {
		return "Checks how the telemetry of this service is set up. Each finding has what is wrong, where, why it matters, "
				+ "and the line to add or what to do. May take up to ten seconds.";
	}

	@Override
	public String call(Arguments arguments) {
		ObjectNode answer = Answer.tree(Objects.requireNonNull(this.endpoint.get()));
		List<JsonNode> findings = new ArrayList<>();
		JsonNode found = answer.remove(FINDINGS);
		if (found != null) {
			found.forEach(findings::add);
		}
		return Answer.list(answer, FINDINGS, findings);
	}

}

package dev.cairn.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows the accounts of the {@code cairn} endpoint.
 *
 * @param endpoint reads the endpoint
 */
record ChannelsTool(Supplier<@Nullable Object> endpoint) implements Tool {

	private static final String CHANNELS = "channels";

	@Override
	public String name() {
		return CHANNELS;
	}

	@Override
	public String description() {
		return "Shows the account of each channel by which this service sends telemetry (offered, delivered, held and "
				+ "lost messages by reason, state, last error), the account of its failures, and how often extensions "
				+ "of Cairn have failed.";
	}

	@Override
	public String call(Arguments arguments) {
		ObjectNode answer = Answer.tree(Objects.requireNonNull(this.endpoint.get()));
		// Other tools have both with their details
		answer.remove("recent");
		answer.path("incidents").asObjectOpt().ifPresent((account) -> account.remove("types"));
		List<JsonNode> channels = new ArrayList<>();
		JsonNode accounts = answer.remove(CHANNELS);
		if (accounts != null) {
			accounts.forEachEntry((name, account) -> {
				ObjectNode channel = Answer.tree(Map.of("channel", name));
				channel.setAll((ObjectNode) account);
				channels.add(channel);
			});
		}
		return Answer.list(answer, CHANNELS, channels);
	}

}

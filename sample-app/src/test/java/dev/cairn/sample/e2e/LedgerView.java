package dev.cairn.sample.e2e;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The content of {@code /actuator/cairn}. It adds up, or it cannot be read.
 *
 * @param service the name of the service
 * @param channels the accounts by name
 * @param recent what was published last
 */
record LedgerView(String service, Map<String, Channel> channels, List<Recent> recent) {

	/**
	 * Read an account.
	 * @param json what the endpoint has answered
	 * @return the account
	 * @throws IllegalStateException when it does not add up
	 */
	static LedgerView parse(String json) {
		LedgerView ledger = Json.read(json, LedgerView.class);
		ledger.channels.forEach((name, channel) -> {
			if (!channel.addsUp()) {
				throw new IllegalStateException(name + " does not add up: " + channel);
			}
		});
		return ledger;
	}

	Channel channel(String name) {
		assertThat(this.channels).containsKey(name);
		return this.channels.get(name);
	}

	/**
	 * Return the ids of the messages that a sink took.
	 * @return as many as the endpoint remembers
	 */
	Set<String> acceptedIds() {
		return this.recent.stream().filter(Recent::accepted).map(Recent::id).collect(Collectors.toSet());
	}

	record Channel(String state, long offered, @JsonProperty("sampled_out") long sampledOut, long filtered,
			long accepted, long delivered, long held, Map<String, Long> dropped) {

		boolean addsUp() {
			return this.offered == this.sampledOut + this.filtered + this.delivered + this.held + lost()
					&& this.held >= 0 && this.delivered <= this.accepted && this.accepted <= this.offered;
		}

		long lost() {
			return this.dropped.values().stream().mapToLong(Long::longValue).sum();
		}

	}

	record Recent(String id, boolean accepted) {
	}

}

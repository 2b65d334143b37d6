package dev.cairn.spring.core;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} to expose the accounts of all channels and the most recent
 * messages, without their content.
 */
@Endpoint(id = "cairn")
record CairnEndpoint(String service, Cairn cairn) {

	@ReadOperation
	CairnDescriptor read() {
		Ledger ledger = this.cairn.ledger();
		Map<String, ChannelDescriptor> channels = new LinkedHashMap<>();
		ledger.balances().forEach((name, balance) -> channels.put(name, ChannelDescriptor.of(balance)));
		return new CairnDescriptor(this.service, channels, IncidentsDescriptor.of(ledger.incidents().balance()),
				ledger.failures(), this.cairn.recent().stream().map(RecentDescriptor::of).toList());
	}

	/**
	 * Description of the accounts. {@code failures} are those of extensions and of
	 * Cairn's own steps; the recent messages are the newest first.
	 */
	record CairnDescriptor(String service, Map<String, ChannelDescriptor> channels, IncidentsDescriptor incidents,
			Map<String, Long> failures, List<RecentDescriptor> recent) {
	}

	/**
	 * Description of the account of failures. {@code failures} is the sum of
	 * {@code sampled_out}, {@code grouped}, {@code recovered}, {@code sent},
	 * {@code refused} and {@code held}; {@code repeated} counts further reports of them.
	 */
	record IncidentsDescriptor(long failures, long repeated, @JsonProperty("sampled_out") long sampledOut, long grouped,
			long recovered, long sent, long refused, long held, Map<String, Long> types) {

		static IncidentsDescriptor of(Ledger.Incidents.Balance balance) {
			return new IncidentsDescriptor(balance.failures(), balance.repeated(), balance.sampledOut(),
					balance.grouped(), balance.recovered(), balance.sent(), balance.refused(), balance.held(),
					balance.types());
		}

	}

	/**
	 * Description of the account of a channel, in messages, or in lines for
	 * {@code statsd}. {@code offered} is the sum of {@code sampled_out},
	 * {@code filtered}, {@code delivered}, {@code held} and all of {@code dropped}.
	 */
	record ChannelDescriptor(String state, long offered, @JsonProperty("sampled_out") long sampledOut, long filtered,
			long accepted, long delivered, long held, long spooled, Map<String, Long> dropped, long truncated,
			@JsonProperty("not_persisted") long notPersisted,
			@JsonProperty("last_error") @JsonInclude @Nullable String lastError) {

		static ChannelDescriptor of(Ledger.Balance balance) {
			Map<String, Long> dropped = new LinkedHashMap<>();
			balance.dropped().forEach((reason, count) -> dropped.put(reason.wireName(), count));
			return new ChannelDescriptor(balance.state().name().toLowerCase(Locale.ROOT), balance.offered(),
					balance.sampledOut(), balance.filtered(), balance.accepted(), balance.delivered(), balance.held(),
					balance.spooled(), dropped, balance.truncated(), balance.notPersisted(), balance.lastError());
		}

	}

	/** Description of a recent message. */
	record RecentDescriptor(String id, String type, Instant timestamp, int severity,
			@JsonProperty("trace_id") @Nullable String traceId, boolean accepted) {

		static RecentDescriptor of(Cairn.Recent recent) {
			return new RecentDescriptor(recent.id(), recent.type(), recent.timestamp(), recent.severity().code(),
					recent.traceId(), recent.accepted());
		}

	}

}

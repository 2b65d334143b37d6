package dev.cairn.spring.actuate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cairn.Cairn;
import dev.cairn.IncidentAccount;
import dev.cairn.Ledger;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Shows what was offered, sampled out, delivered, held and lost on every channel, and
 * what was published last: {@code GET /actuator/cairn}.
 */
@Endpoint(id = "cairn")
public final class CairnEndpoint {

	private final String service;

	private final Cairn cairn;

	/**
	 * Create an endpoint.
	 * @param service the name of the service
	 * @param cairn what to show
	 */
	public CairnEndpoint(String service, Cairn cairn) {
		this.service = service;
		this.cairn = cairn;
	}

	/**
	 * Return the accounts.
	 * @return the descriptor
	 */
	@ReadOperation
	public CairnDescriptor cairn() {
		Map<String, ChannelDescriptor> channels = new LinkedHashMap<>();
		this.cairn.ledger().balances().forEach((name, balance) -> channels.put(name, ChannelDescriptor.of(balance)));
		return new CairnDescriptor(this.service, channels,
				IncidentsDescriptor.of(this.cairn.ledger().incidents().balance()),
				this.cairn.recent().stream().map(RecentDescriptor::of).toList());
	}

	/**
	 * All accounts.
	 *
	 * @param service the name of the service
	 * @param channels the accounts by the name of the channel
	 * @param incidents the account of failures
	 * @param recent what was published last, newest first
	 */
	public record CairnDescriptor(String service, Map<String, ChannelDescriptor> channels,
			IncidentsDescriptor incidents, List<RecentDescriptor> recent) {
	}

	/**
	 * The account of failures. {@code failures} is the sum of {@code sampled_out},
	 * {@code grouped}, {@code recovered}, {@code sent}, {@code refused} and {@code held}.
	 *
	 * @param failures failures, each once
	 * @param repeated further reports of the same failures
	 * @param sampledOut what the rules did not want
	 * @param grouped those for which the message of another one stands
	 * @param recovered those whose work went well in a later attempt
	 * @param sent those whose message a sink took
	 * @param refused those whose message no sink took
	 * @param held those whose message waits for its turn
	 * @param types failures by class
	 */
	public record IncidentsDescriptor(long failures, long repeated, @JsonProperty("sampled_out") long sampledOut,
			long grouped, long recovered, long sent, long refused, long held, Map<String, Long> types) {

		static IncidentsDescriptor of(IncidentAccount.Balance balance) {
			return new IncidentsDescriptor(balance.failures(), balance.repeated(), balance.sampledOut(),
					balance.grouped(), balance.recovered(), balance.sent(), balance.refused(), balance.held(),
					balance.types());
		}

	}

	/**
	 * The account of one channel, in messages (of {@code statsd}: in lines). {@code
	 * offered} is the sum of {@code sampled_out}, {@code filtered}, {@code delivered},
	 * {@code held} and all of {@code dropped}.
	 *
	 * @param state {@code up}, {@code degraded}, {@code down} or {@code off}
	 * @param offered what was routed to the channel
	 * @param sampledOut what the sampler did not keep
	 * @param filtered what a filter did not keep
	 * @param accepted what the sink took
	 * @param delivered what the destination took
	 * @param held what is neither delivered nor dropped yet
	 * @param spooled how many of the held ones are on a disk
	 * @param dropped what was lost, by reason
	 * @param truncated how many of the delivered ones were shortened
	 * @param notPersisted how many should have been on the disk when the call returned,
	 * and were not
	 * @param lastError the last failure
	 */
	public record ChannelDescriptor(String state, long offered, @JsonProperty("sampled_out") long sampledOut,
			long filtered, long accepted, long delivered, long held, long spooled, Map<String, Long> dropped,
			long truncated, @JsonProperty("not_persisted") long notPersisted,
			@JsonProperty("last_error") @JsonInclude @Nullable String lastError) {

		static ChannelDescriptor of(Ledger.Balance balance) {
			Map<String, Long> dropped = new LinkedHashMap<>();
			balance.dropped().forEach((reason, count) -> dropped.put(reason.wireName(), count));
			return new ChannelDescriptor(balance.state().name().toLowerCase(Locale.ROOT), balance.offered(),
					balance.sampledOut(), balance.filtered(), balance.accepted(), balance.delivered(), balance.held(),
					balance.spooled(), dropped, balance.truncated(), balance.notPersisted(), balance.lastError());
		}

	}

	/**
	 * One published message, without its content.
	 *
	 * @param id the id of the message
	 * @param type what happened
	 * @param timestamp when
	 * @param severity 0 (emergency) to 7 (debug)
	 * @param traceId in which trace
	 * @param accepted whether a sink took it
	 */
	public record RecentDescriptor(String id, String type, Instant timestamp, int severity,
			@JsonProperty("trace_id") @Nullable String traceId, boolean accepted) {

		static RecentDescriptor of(Cairn.Recent recent) {
			return new RecentDescriptor(recent.id(), recent.type(), recent.timestamp(), recent.severity().code(),
					recent.traceId(), recent.accepted());
		}

	}

}

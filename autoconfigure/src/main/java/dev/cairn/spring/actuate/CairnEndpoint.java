package dev.cairn.spring.actuate;

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
 * messages.
 */
@Endpoint(id = "cairn")
public final class CairnEndpoint {

	private final String service;

	private final Cairn cairn;

	/**
	 * Creates an endpoint.
	 * @param service the name of the service
	 * @param cairn the Cairn to expose
	 */
	public CairnEndpoint(String service, Cairn cairn) {
		this.service = service;
		this.cairn = cairn;
	}

	/**
	 * Returns the accounts and the recent messages.
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
	 * Description of the accounts.
	 *
	 * @param service the name of the service
	 * @param channels the accounts by the name of the channel
	 * @param incidents the account of failures
	 * @param recent the recent messages, newest first
	 */
	public record CairnDescriptor(String service, Map<String, ChannelDescriptor> channels,
			IncidentsDescriptor incidents, List<RecentDescriptor> recent) {
	}

	/**
	 * Description of the account of failures. {@code failures} is the sum of
	 * {@code sampled_out}, {@code grouped}, {@code recovered}, {@code sent},
	 * {@code refused} and {@code held}.
	 *
	 * @param failures the number of distinct failures
	 * @param repeated the number of further reports of the same failures
	 * @param sampledOut the number that the sampler did not keep
	 * @param grouped the number that the message of another failure represents
	 * @param recovered the number whose work succeeded in a later attempt
	 * @param sent the number whose message a sink accepted
	 * @param refused the number whose message no sink accepted
	 * @param held the number whose message is still held
	 * @param types the number of failures by class
	 */
	public record IncidentsDescriptor(long failures, long repeated, @JsonProperty("sampled_out") long sampledOut,
			long grouped, long recovered, long sent, long refused, long held, Map<String, Long> types) {

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
	 *
	 * @param state {@code up}, {@code degraded}, {@code down} or {@code off}
	 * @param offered the number routed to the channel
	 * @param sampledOut the number that the sampler did not keep
	 * @param filtered the number that a filter rejected
	 * @param accepted the number that the sink accepted
	 * @param delivered the number that the destination received
	 * @param held the number neither delivered nor dropped yet
	 * @param spooled the number held on disk
	 * @param dropped the number lost, by reason
	 * @param truncated the number delivered in truncated form
	 * @param notPersisted the number that was not on disk when the call returned,
	 * although it should have been
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
	 * Description of a recent message, without its content.
	 *
	 * @param id the id of the message
	 * @param type the type of the message
	 * @param timestamp the timestamp of the message
	 * @param severity 0 (emergency) to 7 (debug)
	 * @param traceId the id of the trace, if there is one
	 * @param accepted whether a sink accepted it
	 */
	public record RecentDescriptor(String id, String type, Instant timestamp, int severity,
			@JsonProperty("trace_id") @Nullable String traceId, boolean accepted) {

		static RecentDescriptor of(Cairn.Recent recent) {
			return new RecentDescriptor(recent.id(), recent.type(), recent.timestamp(), recent.severity().code(),
					recent.traceId(), recent.accepted());
		}

	}

}

package dev.cairn.spring.switches;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows, sets and reverts switches.
 */
@Endpoint(id = "cairnswitches", defaultAccess = Access.READ_ONLY)
record CairnSwitchesEndpoint(String service, Switches switches) {

	static final String ANONYMOUS = "anonymous";

	@ReadOperation
	SwitchesDescriptor switchesOfService() {
		Map<String, KindDescriptor> kinds = new LinkedHashMap<>();
		this.switches.kinds().forEach((name, kind) -> kinds.put(name, KindDescriptor.of(kind)));
		return new SwitchesDescriptor(this.service, this.switches.active().stream().map(this::describe).toList(), kinds,
				this.switches.longest());
	}

	@WriteOperation
	SwitchDescriptor set(@Nullable String kind, @Nullable String target, @Nullable String value,
			@Nullable String condition, @Nullable String fields, @Nullable String duration) {
		try {
			return describe(
					this.switches.set(new SwitchRequest(kind, target, value, condition, fields, duration), ANONYMOUS));
		}
		catch (IllegalArgumentException ex) {
			String reason = reason(ex);
			throw new InvalidEndpointRequestException(reason, reason);
		}
	}

	@DeleteOperation
	@Nullable SwitchDescriptor revert(@Selector String id) {
		return revert(id, ANONYMOUS);
	}

	/** Returns the switch as it is now, or as it was. */
	@Nullable SwitchDescriptor revert(String id, String who) {
		Switch reverted = this.switches.revert(id, who);
		if (reverted == null) {
			return null;
		}
		return this.switches.active()
			.stream()
			.filter((each) -> each.id().equals(id))
			.findFirst()
			.map(this::describe)
			.orElseGet(() -> describe(reverted, "reverted"));
	}

	String reason(IllegalArgumentException refusal) {
		return redacted(String.valueOf(refusal.getMessage()));
	}

	private String redacted(String text) {
		return this.switches.report().redacted(text);
	}

	SwitchDescriptor describe(Switch known) {
		return describe(known, known.reverting() ? "reverting" : "active");
	}

	private SwitchDescriptor describe(Switch known, String state) {
		return new SwitchDescriptor(known.id(), known.kind(), redacted(known.change().target()),
				redacted(known.change().value()), redacted(known.change().was()), redacted(known.who()), known.since(),
				known.until(), state);
	}

	/**
	 * Description of the switches of a service.
	 *
	 * @param service the name of the service
	 * @param active the switches that are active, the oldest first
	 * @param kinds what can be switched, by its kind
	 * @param maxDuration the maximum duration of a switch
	 */
	public record SwitchesDescriptor(String service, List<SwitchDescriptor> active, Map<String, KindDescriptor> kinds,
			@JsonProperty("max_duration") Duration maxDuration) {
	}

	/**
	 * Description of a kind.
	 *
	 * @param values what its targets can be switched to
	 * @param targets the targets that are known
	 */
	public record KindDescriptor(String values, Collection<String> targets) {

		static KindDescriptor of(SwitchKind kind) {
			return new KindDescriptor(kind.values(), kind.targets());
		}

	}

	/**
	 * Description of a switch.
	 *
	 * @param id the id
	 * @param kind the kind of the target
	 * @param target what is switched
	 * @param value what it is switched to
	 * @param was what it was when the switch was set
	 * @param who who has set it
	 * @param since when it was set
	 * @param until when it ends, or when the next attempt to revert it is made
	 * @param state active, reverting if an attempt to revert it has failed, or reverted
	 */
	public record SwitchDescriptor(String id, String kind, String target, String value, String was, String who,
			Instant since, Instant until, String state) {
	}

}

package dev.cairn.mcp;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.EndpointExposureOutcomeContributor;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.core.env.Environment;

/**
 * Makes the endpoints that the tools read available if they are exposed neither on the
 * web nor by JMX. Does not expose them there.
 */
final class McpExposure implements EndpointExposureOutcomeContributor {

	private static final Set<EndpointId> ENDPOINTS = Set.of(EndpointId.of(Endpoints.CAIRN),
			EndpointId.of(Endpoints.DOCTOR));

	private final boolean enabled;

	McpExposure(Environment environment) {
		this.enabled = environment.getProperty("cairn.enabled", Boolean.class, true)
				&& environment.getProperty(McpProperties.PREFIX + ".enabled", Boolean.class, false);
	}

	@Override
	public @Nullable ConditionOutcome getExposureOutcome(EndpointId id, Set<EndpointExposure> exposures,
			ConditionMessage.Builder message) {
		return (this.enabled && ENDPOINTS.contains(id))
				? ConditionOutcome.match(message.because("the MCP endpoint of Cairn reads it")) : null;
	}

}

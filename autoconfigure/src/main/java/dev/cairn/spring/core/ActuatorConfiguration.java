package dev.cairn.spring.core;

import dev.cairn.Cairn;
import dev.cairn.Origin;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The endpoint and the health that expose the accounts.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn
class ActuatorConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(CairnEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnEndpoint")
		CairnEndpoint cairnEndpoint(Origin origin, Cairn cairn) {
			return new CairnEndpoint(origin.service(), cairn);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("health")
	@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
	@ConditionalOnEnabledHealthIndicator("cairn")
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnHealthIndicator")
		CairnHealthIndicator cairnHealthIndicator(CairnProperties properties, Cairn cairn) {
			return new CairnHealthIndicator(cairn.ledger(), properties.health().downWhenChannelDown());
		}

	}

}

package dev.cairn.spring.actuate;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint {@code cairn} and
 * the health of the channels. Actuator's own properties switch them off:
 * {@code management.endpoint.cairn.access} and {@code management.health.cairn.enabled}.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnBean(Cairn.class)
public final class ActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(CairnEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CairnEndpoint cairnEndpoint(Origin origin, Cairn cairn) {
			return new CairnEndpoint(origin.service(), cairn);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("health")
	@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
	@ConditionalOnEnabledHealthIndicator("cairn")
	@EnableConfigurationProperties(HealthProperties.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnHealthIndicator")
		CairnHealthIndicator cairnHealthIndicator(HealthProperties properties, Cairn cairn) {
			return new CairnHealthIndicator(cairn.ledger(), properties.downWhenChannelDown());
		}

	}

}

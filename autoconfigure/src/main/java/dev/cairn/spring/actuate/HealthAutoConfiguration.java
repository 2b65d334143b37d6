package dev.cairn.spring.actuate;

import dev.cairn.Cairn;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the health of the channels. Its
 * switch is the one of every indicator: {@code management.health.cairn.enabled}.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("health")
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(Cairn.class)
@ConditionalOnEnabledHealthIndicator("cairn")
@EnableConfigurationProperties(HealthProperties.class)
public final class HealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "cairnHealthIndicator")
	CairnHealthIndicator cairnHealthIndicator(HealthProperties properties, Cairn cairn) {
		return new CairnHealthIndicator(cairn.ledger(), properties.downWhenChannelDown());
	}

}

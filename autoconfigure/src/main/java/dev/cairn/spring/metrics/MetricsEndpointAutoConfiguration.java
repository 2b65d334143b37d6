package dev.cairn.spring.metrics;

import dev.cairn.metrics.CardinalityGuard;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint
 * {@code cairnmetrics}. It is switched off by
 * {@code management.endpoint.cairnmetrics.access}, as any endpoint.
 */
@AutoConfiguration(after = { MetersAutoConfiguration.class, StatisticsAutoConfiguration.class })
@ConditionalOnCairn({ "metrics", "metrics.statistics" })
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, StatisticsRegistry.class })
@ConditionalOnBean({ StatisticsRegistry.class, CardinalityGuard.class })
@ConditionalOnAvailableEndpoint(CairnMetricsEndpoint.class)
public final class MetricsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnMetricsEndpoint cairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard) {
		return new CairnMetricsEndpoint(registry, guard);
	}

}

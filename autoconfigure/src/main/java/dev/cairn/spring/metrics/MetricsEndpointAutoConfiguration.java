package dev.cairn.spring.metrics;

import java.util.List;

import dev.cairn.metrics.CardinalityGuard;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.web.request.FurtherConditions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint
 * {@code cairnmetrics}. Its switch is the one of every endpoint:
 * {@code management.endpoint.cairnmetrics.access}.
 */
@AutoConfiguration(after = { MetersAutoConfiguration.class, StatisticsAutoConfiguration.class })
@ConditionalOnCairn("metrics")
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, StatisticsRegistry.class })
@ConditionalOnBean({ StatisticsRegistry.class, CardinalityGuard.class, MeterSampling.class })
@ConditionalOnAvailableEndpoint(CairnMetricsEndpoint.class)
public final class MetricsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnMetricsEndpoint cairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard,
			MeterSampling sampling, ObjectProvider<FurtherConditions> conditions) {
		FurtherConditions further = conditions.getIfAvailable();
		return new CairnMetricsEndpoint(registry, guard, sampling, (further != null) ? further : List::of);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean
		FurtherConditions cairnFurtherConditions() {
			return new FurtherConditions();
		}

	}

}

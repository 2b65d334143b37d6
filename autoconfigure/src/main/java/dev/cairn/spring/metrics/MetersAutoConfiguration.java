package dev.cairn.spring.metrics;

import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.Redactor;
import dev.cairn.Sampler;
import dev.cairn.TraceSource;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.Settings;
import dev.cairn.metrics.CardinalityGuard;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.MicrometerMetrics;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for meters: metric calls, sampling
 * of meters, redaction and limits of tags, meters of the Ledger and the process, and the
 * endpoint {@code cairnmetrics}.
 */
@AutoConfiguration(after = { CairnAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn("metrics")
@ConditionalOnClass({ MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class })
@EnableConfigurationProperties(MetricsProperties.class)
public final class MetersAutoConfiguration {

	@Bean
	CairnMeters cairnMeters(Accounts ledger) {
		return new CairnMeters(ledger);
	}

	@Bean
	ProcessMemoryMeters cairnProcessMemoryMeters() {
		return new ProcessMemoryMeters();
	}

	@Bean
	RedactingMeterFilter cairnRedactingMeterFilter(Redactor redactor) {
		return new RedactingMeterFilter(redactor);
	}

	@Bean
	@ConditionalOnMissingBean
	MeterSampling cairnMeterSampling(Sampler sampler, ObjectProvider<TraceSource> trace, Settings.Holder settings) {
		return new MeterSampling(sampler, TraceSource.lazy(() -> trace.getIfAvailable(() -> TraceSource.NONE)),
				() -> settings.get().version());
	}

	/** Applied last, to count the values that other filters make. */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean
	CardinalityGuard cairnCardinalityGuard(MetricsProperties properties, ApplicationFrames frames) {
		return new CardinalityGuard(properties.checkedMaxTagValues(), frames);
	}

	@Bean
	FilteredBounds cairnFilteredBounds(CardinalityGuard guard, ListableBeanFactory beans) {
		return new FilteredBounds(guard, () -> filters(beans));
	}

	/** Returns all filters but the limits themselves. */
	private static List<MeterFilter> filters(ListableBeanFactory beans) {
		return beans.getBeanProvider(MeterFilter.class)
			.orderedStream()
			.filter((filter) -> !(filter instanceof CardinalityGuard))
			.toList();
	}

	@Bean
	MeterRegistryCustomizer<MeterRegistry> cairnMeterBounds(MeterSampling sampling, CardinalityGuard guard,
			FilteredBounds bounds) {
		return (registry) -> {
			if (registry instanceof CompositeMeterRegistry) {
				registry.config().meterFilter(sampling).meterFilter(new MeterFilter() {

					@Override
					public Meter.Id map(Meter.Id id) {
						return bounds.bound(id);
					}

				});
			}
			registry.config().onMeterRemoved((meter) -> guard.released(meter.getId()));
		};
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(MeterRegistry.class)
	static class CallsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MeterHandles cairnMeterHandles(MeterRegistry registry, MeterSampling sampling) {
			return new MeterHandles(registry, sampling);
		}

		@Bean
		@ConditionalOnMissingBean
		MicrometerMetrics cairnMetrics(ObjectProvider<MeterHandles> handles, FilteredBounds bounds,
				ApplicationFrames frames) {
			return new MicrometerMetrics(handles::getObject, bounds::bound, frames);
		}

		@Bean
		CairnBuilderCustomizer cairnMetricCalls(MicrometerMetrics metrics) {
			return (builder) -> builder.metrics(metrics);
		}

	}

	/**
	 * The endpoint is switched off by {@code management.endpoint.cairnmetrics.access}, as
	 * any endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("metrics.statistics")
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnBean(StatisticsRegistry.class)
	@ConditionalOnAvailableEndpoint(CairnMetricsEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CairnMetricsEndpoint cairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard) {
			return new CairnMetricsEndpoint(registry, guard);
		}

	}

}

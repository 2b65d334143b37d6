package dev.cairn.spring.autoconfigure;

import dev.cairn.Ledger;
import dev.cairn.Redactor;
import dev.cairn.Sampler;
import dev.cairn.TraceSource;
import dev.cairn.metrics.CardinalityGuard;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.MicrometerMetrics;
import dev.cairn.spring.metrics.CairnMeters;
import dev.cairn.spring.metrics.LazyTraceSource;
import dev.cairn.spring.metrics.ProcessMemoryMeters;
import dev.cairn.spring.metrics.RedactingMeterFilter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
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
 * {@link EnableAutoConfiguration Auto-configuration} for meters: the metric calls, the
 * sampling rules as they concern meters, tags without secrets and without end, and the
 * Ledger as meters.
 */
@AutoConfiguration(after = { CairnAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn("metrics")
@ConditionalOnClass({ MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class })
@EnableConfigurationProperties(MetricsProperties.class)
public final class MetersAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnMeters cairnMeters(Ledger ledger) {
		return new CairnMeters(ledger);
	}

	@Bean
	@ConditionalOnMissingBean
	ProcessMemoryMeters cairnProcessMemoryMeters() {
		return new ProcessMemoryMeters();
	}

	@Bean
	@ConditionalOnMissingBean
	RedactingMeterFilter cairnRedactingMeterFilter(Redactor redactor) {
		return new RedactingMeterFilter(redactor);
	}

	@Bean
	@ConditionalOnMissingBean
	MeterSampling cairnMeterSampling(Sampler sampler, ObjectProvider<TraceSource> trace) {
		return new MeterSampling(sampler, new LazyTraceSource(() -> trace.getIfAvailable(() -> TraceSource.NONE)));
	}

	/** Behind all others: what they make of a tag is what counts. */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean
	CardinalityGuard cairnCardinalityGuard(MetricsProperties properties) {
		return new CardinalityGuard(properties.checkedMaxTagValues());
	}

	/**
	 * Boot filters what is in a composite, but not the composite, which would keep a
	 * meter for every value that they leave out.
	 */
	@Bean
	MeterRegistryCustomizer<MeterRegistry> cairnCompositeBounds(MeterSampling sampling, CardinalityGuard guard) {
		return (registry) -> {
			if (registry instanceof CompositeMeterRegistry) {
				registry.config().meterFilter(sampling).meterFilter(guard);
			}
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
		MicrometerMetrics cairnMetrics(ObjectProvider<MeterHandles> handles, CardinalityGuard guard) {
			return new MicrometerMetrics(handles::getObject, guard);
		}

		@Bean
		CairnBuilderCustomizer cairnMetricCalls(MicrometerMetrics metrics) {
			return (builder) -> builder.metrics(metrics);
		}

	}

}

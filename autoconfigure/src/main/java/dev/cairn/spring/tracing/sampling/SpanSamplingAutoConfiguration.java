package dev.cairn.spring.tracing.sampling;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;

import brave.Tracing;
import brave.TracingCustomizer;
import dev.cairn.Sampler;
import dev.cairn.delivery.Accounts;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationHandlerGroup;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanProcessors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the sampling of spans by the
 * sampling rules. Takes the place of Boot's default sampler, but not of a sampler that
 * the application defines or selects.
 */
@AutoConfiguration(
		beforeName = "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration")
@EnableConfigurationProperties(TailProperties.class)
public final class SpanSamplingAutoConfiguration {

	private static final String PROBABILITY = "management.tracing.sampling.probability";

	/** A {@code float} as in Boot. */
	private static double probability(Environment environment) {
		float probability = environment.getProperty(PROBABILITY, Float.class, 0.1F);
		return InvalidProperty.check(PROBABILITY, probability, () -> Sampler.checkRate(probability));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnClass({ ObservationHandlerGroup.class, Tracer.class })
	static class RulesConfiguration {

		@Bean
		SpanRules cairnSpanRules(ObjectProvider<Sampler> sampler, Extensions extensions, Environment environment) {
			return new SpanRules(sampler::getObject, extensions, probability(environment));
		}

		@Bean
		SpanRules.Started cairnSpanRulesStarted(SpanRules rules) {
			return new SpanRules.Started(rules);
		}

		@Bean
		SpanRulesGroup cairnSpanRulesGroup() {
			return new SpanRulesGroup();
		}

		@Bean
		@ConditionalOnBooleanProperty("cairn.tracing.tail.enabled")
		PendingTraces cairnPendingTraces(TailProperties properties, Environment environment, Extensions extensions,
				Accounts ledger) {
			Duration slow = Binder.get(environment)
				.bind("cairn.requests.slow", Duration.class)
				.orElse(Duration.ofSeconds(1));
			return new PendingTraces(properties.slowNanos(slow), properties.checkedMaxSpans(), System::nanoTime,
					extensions, ledger::failed);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnClass({ ObservationHandlerGroup.class, Tracer.class, SdkTracerProvider.class,
			SdkTracerProviderBuilderCustomizer.class })
	static class OpenTelemetryConfiguration {

		/** Comes first, so that the customizers of the application can override it. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SdkTracerProviderBuilderCustomizer cairnTracerProviderCustomizer(SpanRules rules,
				ObjectProvider<io.opentelemetry.sdk.trace.samplers.Sampler> samplers,
				ObjectProvider<PendingTraces> held, Environment environment) {
			return (builder) -> {
				io.opentelemetry.sdk.trace.samplers.Sampler sampler = samplers.getObject();
				if (OpenTelemetrySampler.byProbability(probability(environment)).equals(sampler)) {
					sampler = OpenTelemetrySampler.byRules(rules);
				}
				builder
					.setSampler((held.getIfAvailable() != null) ? new OpenTelemetryTail.Recording(sampler) : sampler);
			};
		}

	}

	/** Boot's bean backs off, so this one is also there when Cairn is switched off. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("cairn.tracing.tail.enabled")
	@ConditionalOnClass({ SdkTracerProvider.class, SpanProcessors.class })
	static class OpenTelemetryTailConfiguration {

		@Bean
		@ConditionalOnMissingBean
		SpanProcessors cairnSpanProcessors(ObjectProvider<PendingTraces> held,
				ObjectProvider<SpanProcessor> processors) {
			List<SpanProcessor> all = processors.orderedStream().toList();
			PendingTraces traces = held.getIfAvailable();
			return SpanProcessors.of((traces != null) ? List.of(new OpenTelemetryTail(traces, all)) : all);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnClass({ ObservationHandlerGroup.class, Tracer.class, Tracing.class })
	static class BraveConfiguration {

		private static final String BOOT_SAMPLER = "braveSampler";

		/** Comes first, so that the customizers of the application can override it. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		TracingCustomizer cairnTracingCustomizer(SpanRules rules, ConfigurableListableBeanFactory beans) {
			return (builder) -> {
				if (isBootSampler(beans)) {
					builder.sampler(new BraveSampler(rules));
				}
			};
		}

		/** A bean of the application may have the same name. */
		private static boolean isBootSampler(ConfigurableListableBeanFactory beans) {
			Method method = (beans.containsBeanDefinition(BOOT_SAMPLER)
					&& beans.getMergedBeanDefinition(BOOT_SAMPLER) instanceof RootBeanDefinition definition)
							? definition.getResolvedFactoryMethod() : null;
			return method != null && method.getDeclaringClass().getName().startsWith("org.springframework.boot.");
		}

		/** Comes last, so that it receives the spans before all other handlers. */
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		@ConditionalOnBooleanProperty("cairn.tracing.tail.enabled")
		TracingCustomizer cairnTailCustomizer(PendingTraces held) {
			return (builder) -> {
				BraveTail tail = new BraveTail(held, List.copyOf(builder.spanHandlers()));
				builder.clearSpanHandlers().addSpanHandler(tail).alwaysSampleLocal();
			};
		}

	}

}

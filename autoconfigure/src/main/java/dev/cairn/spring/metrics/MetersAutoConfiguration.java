package dev.cairn.spring.metrics;

import java.util.concurrent.TimeUnit;

import dev.cairn.ApplicationFrames;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.Settings;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.common.annotation.ValueExpressionResolver;
import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.CountedMeterTagAnnotationHandler;
import io.micrometer.core.aop.MeterTagAnnotationHandler;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import org.apache.coyote.AbstractProtocol;
import org.aspectj.lang.ProceedingJoinPoint;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for meters: metric calls,
 * annotations, sampling of meters, redaction and limits of tags, meters of the Ledger and
 * the process, and the endpoint {@code cairnmetrics}.
 */
@AutoConfiguration(after = { CairnAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass({ MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class })
@EnableConfigurationProperties(MetricsProperties.class)
public final class MetersAutoConfiguration {

	@Bean
	@ConditionalOnCairn("metrics")
	CairnMeters cairnMeters(Accounts ledger) {
		return new CairnMeters(ledger);
	}

	@Bean
	@ConditionalOnCairn("metrics")
	PublishedMessages cairnPublishedMessages() {
		return new PublishedMessages();
	}

	@Bean
	@ConditionalOnCairn("metrics")
	ProcessMemoryMeters cairnProcessMemoryMeters() {
		return new ProcessMemoryMeters();
	}

	/** Masks values of tags that have the shape of a secret, whatever their key is. */
	@Bean
	@ConditionalOnCairn("metrics")
	MeterFilter cairnRedactingMeterFilter(Redactor redactor) {
		return new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				return id.replaceTags(id.getTags()
					.stream()
					.map((tag) -> Tag.of(tag.getKey(), redactor.redactShapes(tag.getValue())))
					.toList());
			}

		};
	}

	@Bean
	@ConditionalOnCairn(value = "metrics", otherwise = "dev.cairn.metrics.MeterSampling#keepAll")
	@ConditionalOnMissingBean
	MeterSampling cairnMeterSampling(Sampler sampler, ObjectProvider<Trace.Source> trace, Settings.Holder settings) {
		Sampler lasting = (sampler == settings.sampler()) ? settings.baseSampler() : sampler;
		return new MeterSampling(sampler, lasting,
				Trace.Source.lazy(() -> trace.getIfAvailable(() -> Trace.Source.NONE)), () -> settings.get().version());
	}

	/** Applied last, to count the values that other filters make. */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnCairn("metrics")
	CardinalityGuard cairnCardinalityGuard(MetricsProperties properties, ApplicationFrames frames,
			ObjectProvider<MeterFilter> filters, Environment environment) {
		CardinalityGuard guard = new CardinalityGuard(properties.checkedMaxTagValues(), properties.checkedMaxSeries(),
				frames, () -> filters.orderedStream().toList());
		if (environment.getProperty("management.metrics.use-global-registry", Boolean.class, true)) {
			guard.guardGlobalRegistry();
		}
		return guard;
	}

	@Bean
	@ConditionalOnCairn("metrics")
	MeterRegistryCustomizer<MeterRegistry> cairnMeterBounds(MeterSampling sampling, CardinalityGuard guard) {
		return (registry) -> {
			if (registry instanceof CompositeMeterRegistry) {
				registry.config().meterFilter(sampling).meterFilter(new CardinalityGuard.BoundingFilter(() -> guard));
			}
			guard.follow(registry);
		};
	}

	/**
	 * Beans that an application can inject when Cairn is switched off. The registry never
	 * takes the place of one of the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(SwitchedOff.class)
	static class SwitchedOffConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MeterSampling cairnMeterSampling() {
			return MeterSampling.keepAll();
		}

		@Bean
		@ConditionalOnMissingBean
		MeterHandles cairnMeterHandles(MeterSampling sampling) {
			return new MeterHandles(new CompositeMeterRegistry(), sampling);
		}

		static MeterHandles handlesOfNoRegistry() {
			return new MeterHandles(new CompositeMeterRegistry(), MeterSampling.keepAll());
		}

		@Bean
		@Fallback
		@ConditionalOnBean(MeterRegistry.class)
		@ConditionalOnMissingBean
		StatisticsRegistry cairnStatisticsRegistry() {
			return new StatisticsRegistry(Clock.SYSTEM, Double.POSITIVE_INFINITY, () -> TimeUnit.SECONDS);
		}

	}

	/** Matches if Cairn is switched off. */
	static class SwitchedOff extends NoneNestedConditions {

		SwitchedOff() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnCairn
		static class SwitchedOn {

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("metrics")
	@ConditionalOnSingleCandidate(MeterRegistry.class)
	static class CallsConfiguration {

		@Bean
		@ConditionalOnCairn(
				otherwise = "dev.cairn.spring.metrics.MetersAutoConfiguration$SwitchedOffConfiguration#handlesOfNoRegistry")
		@ConditionalOnMissingBean
		MeterHandles cairnMeterHandles(MeterRegistry registry, MeterSampling sampling) {
			return new MeterHandles(registry, sampling);
		}

		@Bean
		CairnBuilderCustomizer cairnMetricCalls(ObjectProvider<MeterHandles> handles, CardinalityGuard guard,
				ApplicationFrames frames) {
			return (builder) -> builder.metrics(MeterHandles.metrics(handles::getObject, guard::bound, frames));
		}

		/**
		 * Measures the methods with Micrometer's {@code @Timed} and {@code @Counted}. It
		 * replaces Micrometer's aspects, which Boot provides behind a switch; an
		 * application with an aspect of its own keeps it.
		 */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnCairn("annotations")
		@EnableConfigurationProperties(MetricsProperties.AnnotationsProperties.class)
		static class AnnotationsConfiguration {

			/** In a module that the application may lack. */
			private static final String REPOSITORY_TIMER = "org.springframework.boot.data.metrics.MetricsRepositoryMethodInvocationListener";

			/** Created before other beans, so its dependencies are resolved later. */
			@Bean(autowireCandidate = false)
			@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
			static DefaultPointcutAdvisor cairnMeteredAdvisor(ObjectProvider<MeterHandles> handles,
					ObjectProvider<MeterTagHandlers> tagHandlers, ListableBeanFactory beans) {
				MeterAnnotations annotations = new MeterAnnotations(!has(beans, TimedAspect.class),
						!has(beans, CountedAspect.class), timesRepositories(beans));
				return new MeteredMethods(annotations, handles::getObject, tagHandlers::getIfAvailable).advisor();
			}

			private static boolean timesRepositories(ListableBeanFactory beans) {
				ClassLoader loader = MetersAutoConfiguration.class.getClassLoader();
				return ClassUtils.isPresent(REPOSITORY_TIMER, loader)
						&& has(beans, ClassUtils.resolveClassName(REPOSITORY_TIMER, loader));
			}

			private static boolean has(ListableBeanFactory beans, Class<?> type) {
				return beans.getBeanNamesForType(type, true, false).length > 0;
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnCairn("annotations")
		@ConditionalOnClass(ProceedingJoinPoint.class)
		static class MeterTagsConfiguration {

			@Bean
			MeterTagHandlers cairnMeterTagHandlers(ObjectProvider<MeterTagAnnotationHandler> timers,
					ObjectProvider<CountedMeterTagAnnotationHandler> counters,
					ObjectProvider<ValueExpressionResolver> expressions, BeanFactory beans) {
				return new MeterTagHandlers(
						timers.getIfAvailable(
								() -> new MeterTagAnnotationHandler(beans::getBean, (type) -> expressions.getObject())),
						counters.getIfAvailable(() -> new CountedMeterTagAnnotationHandler(beans::getBean,
								(type) -> expressions.getObject())));
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("metrics")
	@ConditionalOnClass({ TomcatWebServer.class, AbstractProtocol.class })
	static class TomcatConfiguration {

		@Bean
		TomcatThreads cairnTomcatThreads(ObjectProvider<MeterRegistry> registry) {
			return new TomcatThreads(registry);
		}

	}

	/**
	 * The endpoint is switched off by {@code management.endpoint.cairnmetrics.access}, as
	 * any endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn({ "metrics", "metrics.statistics" })
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

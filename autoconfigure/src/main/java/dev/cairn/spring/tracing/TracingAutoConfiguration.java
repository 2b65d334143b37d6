package dev.cairn.spring.tracing;

import java.util.Objects;

import brave.Tracing;
import brave.TracingCustomizer;
import brave.propagation.Propagation;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.common.annotation.ValueExpressionResolver;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.aop.ObservationKeyValueAnnotationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import org.aspectj.lang.ProceedingJoinPoint;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for spans: of annotated methods, and
 * of what {@code cairn.tracing.instrument} selects.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@EnableConfigurationProperties(InstrumentProperties.class)
@Import({ CallsConfiguration.class, ClientsConfiguration.class })
public final class TracingAutoConfiguration {

	private static MissingLibraries missingLibraries(InstrumentProperties properties, boolean traced,
			ResourceLoader resources) {
		return new MissingLibraries(properties.instrument(), traced,
				Objects.requireNonNullElseGet(resources.getClassLoader(), ClassUtils::getDefaultClassLoader));
	}

	/** The starter contains no tracer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnMissingClass("io.micrometer.tracing.Tracer")
	static class UntracedConfiguration {

		@Bean
		MissingLibraries cairnMissingLibraries(InstrumentProperties properties, ResourceLoader resources) {
			return missingLibraries(properties, false, resources);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnClass({ Tracer.class, ObservationRegistry.class })
	static class SpansConfiguration {

		@Bean
		MissingLibraries cairnMissingLibraries(InstrumentProperties properties, ObjectProvider<Tracer> tracers,
				ResourceLoader resources) {
			Tracer tracer = tracers.getIfUnique();
			return missingLibraries(properties, tracer != null && tracer != Tracer.NOOP, resources);
		}

		@Bean
		ClientSpanHooks cairnClientSpanHooks(ObjectProvider<ClientSpanHook> hooks, Extensions extensions) {
			return new ClientSpanHooks(hooks.orderedStream().toList(), extensions);
		}

		@Bean
		@ConditionalOnMissingBean
		FailedExchanges cairnFailedExchanges() {
			return new FailedExchanges();
		}

		@Bean
		@ConditionalOnMissingBean
		SlowQueries cairnSlowQueries(InstrumentProperties properties, Redactor redactor) {
			return new SlowQueries(properties.slowQuery(), redactor);
		}

		@Bean
		SpanRecorder cairnSpanRecorder(ObjectProvider<ObservationRegistry> registry, ObjectProvider<Tracer> tracers,
				Extensions extensions, Redactor redactor, ObjectProvider<AnnotatedTags> annotated,
				Settings.Holder settings) {
			Tracer tracer = tracers.getIfUnique();
			return new SpanRecorder(registry.getIfUnique(() -> ObservationRegistry.NOOP),
					(tracer != null) ? tracer : Tracer.NOOP, extensions, redactor, annotated.getIfAvailable(),
					settings);
		}

		/** For Brave and OpenTelemetry alike, and without an effect on meters. */
		@Bean
		@ConditionalOnMissingBean(name = "cairnParentRequired")
		SpanExportingPredicate cairnParentRequired(InstrumentProperties properties) {
			return (span) -> !properties.requireParent() || hasParent(span.getParentId())
					|| (span.getKind() != Span.Kind.CLIENT && span.getKind() != Span.Kind.PRODUCER);
		}

		/** OpenTelemetry has an id of zeros in place of none. */
		private static boolean hasParent(@Nullable String parentId) {
			return parentId != null && !parentId.chars().allMatch((digit) -> digit == '0');
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("tracing")
	@ConditionalOnClass({ Tracer.class, Tracing.class })
	static class BraveConfiguration {

		/** Comes first, so that the customizers of the application can override it. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		TracingCustomizer cairnPropagationCustomizer(ObjectProvider<Propagation.Factory> factories) {
			return (builder) -> factories
				.ifUnique((factory) -> builder.propagationFactory(new BravePropagation.Factory(factory)));
		}

	}

	/**
	 * The advisor is created with the first bean, so it must not depend on other beans.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn({ "tracing", "annotations" })
	@ConditionalOnClass({ Tracer.class, ObservationRegistry.class })
	static class TracedConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static TracedMethods cairnTracedMethods(ObjectProvider<SpanRecorder> recorder, Environment environment) {
			return new TracedMethods(Expression.Parser.of(environment), new LateBean<>(recorder::getObject));
		}

		/**
		 * Outside of events and incidents, so that they belong to the span of the call.
		 */
		@Bean(autowireCandidate = false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultPointcutAdvisor cairnTracedAdvisor(TracedMethods methods) {
			DefaultPointcutAdvisor advisor = methods.advisor();
			advisor.setOrder(advisor.getOrder() - 1);
			return advisor;
		}

		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnTracedMethodsValidator(TracedMethods methods,
				ConfigurableListableBeanFactory beans) {
			return () -> methods.validate(beans);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn({ "tracing", "annotations" })
	@ConditionalOnClass({ ProceedingJoinPoint.class, Tracer.class, ObservationRegistry.class })
	static class AnnotatedTagsConfiguration {

		@Bean
		AnnotatedTags cairnAnnotatedTags(ObjectProvider<ObservationKeyValueAnnotationHandler> handlers,
				ObjectProvider<ValueExpressionResolver> expressions, BeanFactory beans) {
			return new AnnotatedTags(handlers.getIfAvailable(
					() -> new ObservationKeyValueAnnotationHandler(beans::getBean, (type) -> expressions.getObject())));
		}

	}

	/** Annotations are as invalid without the library of the tracer as with it. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn({ "tracing", "annotations" })
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnMissingClass("io.micrometer.tracing.Tracer")
	static class ValidationConfiguration {

		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnTracedMethodsValidator(ConfigurableListableBeanFactory beans,
				Environment environment) {
			TracedMethods methods = new TracedMethods(Expression.Parser.of(environment), null);
			return () -> TracedMethods.types(beans).forEach((name, type) -> methods.isIn(type, name));
		}

	}

}

package dev.cairn.spring.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.LifeCycle;
import dev.cairn.Cairn;
import dev.cairn.spring.context.ContextAutoConfiguration;
import dev.cairn.spring.metrics.MetersAutoConfiguration;
import dev.cairn.spring.points.PointsAutoConfiguration;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.tracing.TracingAutoConfiguration;
import dev.cairn.spring.tracing.sampling.SpanSamplingAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.aspectj.weaver.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the auto-configurations of what surrounds the pipeline: web, errors,
 * annotations, meters, endpoint, health.
 */
class FeatureAutoConfigurationTests {

	private final WebApplicationContextRunner web = Contexts.web();

	private final ApplicationContextRunner plain = Contexts.withMetrics();

	@Test
	void aWebApplicationHasRequestsAndErrors() {
		this.web.run((context) -> assertThat(context).hasBean("cairnRequestFilter")
			.hasBean("cairnErrorFilter")
			.hasBean("cairnExceptionNotingResolver")
			.hasBean("cairnErrorAdvice")
			.hasBean("cairnErrorAttributes")
			.hasBean("error"));
	}

	@Test
	void anotherApplicationHasNone() {
		this.plain.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean("cairnRequestFilter")
			.doesNotHaveBean("cairnErrorFilter")
			.hasBean("cairnLogEntryAppender"));
	}

	@Test
	void theErrorFilterIsOffWhenErrorsAreSwitchedOff() {
		this.web.withPropertyValues("cairn.errors.enabled=false")
			.run((context) -> assertThat(context.getBean("cairnErrorFilter", FilterRegistrationBean.class).isEnabled())
				.isFalse());
		this.web
			.run((context) -> assertThat(context.getBean("cairnErrorFilter", FilterRegistrationBean.class).isEnabled())
				.isTrue());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.errors.enabled=false", "cairn.errors.logged=none" })
	void loggedErrorsAreOffWhenSwitchedOff(String property) {
		this.plain.run((context) -> assertThat(context.getBean("cairnLogEntryAppender", LifeCycle.class).isStarted())
			.isTrue());
		this.plain.withPropertyValues(property)
			.run((context) -> assertThat(context.getBean("cairnLogEntryAppender", LifeCycle.class).isStarted())
				.isFalse());
	}

	@Test
	void loggedErrorsAreOffWithoutLogback() {
		this.web.withClassLoader(new FilteredClassLoader(LoggerContext.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("cairnLogEntryAppender"));
	}

	@Test
	void theErrorPageOfBootStaysOffWhenSwitchedOff() {
		this.web.withPropertyValues("spring.web.error.whitelabel.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("error"));
	}

	@Test
	void filtersBackOffFromThoseOfTheApplication() {
		this.web.withBean("cairnRequestFilter", String.class, () -> "own")
			.withBean("cairnErrorFilter", String.class, () -> "own")
			.run((context) -> assertThat(context.getBean("cairnRequestFilter")).isEqualTo("own"));
	}

	@Test
	void startsWithoutServlets() {
		this.plain.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Cairn.class));
	}

	@Test
	void startsWithoutWebMvc() {
		this.web.withClassLoader(new FilteredClassLoader(DispatcherServlet.class, ErrorAttributes.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Cairn.class)
				.doesNotHaveBean("cairnRequestFilter"));
	}

	@Test
	void annotationsAreOn() {
		this.plain.run((context) -> assertThat(context).hasBean("cairnMeteredAdvisor"));
	}

	@Test
	void annotationsAreOffWhenSwitchedOff() {
		this.plain.withPropertyValues("cairn.annotations.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("cairnMeteredAdvisor"));
	}

	@Test
	void annotationsAreOnWithoutAspectj() {
		this.plain.withClassLoader(new FilteredClassLoader(Advice.class))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("cairnMeteredAdvisor"));
	}

	@Test
	void metersAreOn() {
		this.plain.run((context) -> assertThat(context).hasBean("cairnMeters").hasBean("cairnRedactingMeterFilter"));
	}

	@Test
	void metersAreOffWhenSwitchedOff() {
		this.plain.withPropertyValues("cairn.metrics.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("cairnMeters")
				.doesNotHaveBean("cairnRedactingMeterFilter"));
	}

	@Test
	void startsWithoutMicrometer() {
		Contexts.web()
			.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Cairn.class)
				.doesNotHaveBean("cairnMeters"));
	}

	@Test
	void theEndpointIsThereWhenItIsExposed() {
		this.plain.withPropertyValues("management.endpoints.web.exposure.include=cairn")
			.run((context) -> assertThat(context).hasSingleBean(CairnEndpoint.class));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "management.endpoints.web.exposure.include=health", "management.endpoint.cairn.access=NONE" })
	void theEndpointIsNotThereOtherwise(String property) {
		this.plain.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean(CairnEndpoint.class));
	}

	@Test
	void healthIsThere() {
		this.plain.run((context) -> assertThat(context).hasBean("cairnHealthIndicator"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.health.enabled=false", "management.health.cairn.enabled=false",
			"management.health.defaults.enabled=false" })
	void healthIsOffWhenSwitchedOff(String property) {
		this.plain.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean("cairnHealthIndicator"));
	}

	@Test
	void healthBacksOffFromThatOfTheApplication() {
		HealthIndicator own = () -> null;
		this.plain.withBean("cairnHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context.getBean("cairnHealthIndicator")).isSameAs(own));
	}

	@Test
	void startsWithoutActuator() {
		this.plain
			.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class,
					ConditionalOnEnabledHealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Cairn.class)
				.doesNotHaveBean(CairnEndpoint.class)
				.doesNotHaveBean("cairnHealthIndicator"));
	}

	@Test
	void onlyBeansWithoutEffectAreLeftWhenItIsSwitchedOff() {
		Contexts.web()
			.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class))
			.withPropertyValues("cairn.enabled=false", "spring.kafka.bootstrap-servers=127.0.0.1:1",
					"sentry.dsn=http://key@127.0.0.1:1/1", "cairn.udp.host=127.0.0.1", "cairn.stdout.enabled=true",
					"cairn.file.enabled=true", "management.endpoints.web.exposure.include=*",
					"spring.mvc.problemdetails.enabled=true")
			.run((context) -> {
				assertThat(Set.copyOf(ofCairn(context.getSourceApplicationContext()))).containsExactlyInAnyOrder(
						CairnAutoConfiguration.class.getName(), "cairnSwitchedOffBeans", "cairnSwitchedOff",
						"cairnLedger", "cairnDeliveryOptions", "cairnRedactor", "cairnLimits", "cairnSettings",
						"cairnSampler", "cairnExtensions", "cairnSignals", "cairnIncidents", "cairnApplicationFrames",
						"cairnOrigin", "cairnShutdownBudget", "cairnPoints", PointsAutoConfiguration.class.getName(),
						"cairn-dev.cairn.spring.points.PointsProperties", "cairn-dev.cairn.spring.core.CairnProperties",
						"cairn.delivery-dev.cairn.spring.core.DeliveryProperties",
						ContextAutoConfiguration.class.getName(),
						ContextAutoConfiguration.class.getName() + "$TracerConfiguration", "cairnTraceSource",
						ContextAutoConfiguration.class.getName() + "$TransactionConfiguration", "cairnTransactionScope",
						"cairn.events-dev.cairn.spring.context.TransactionsProperties",
						"cairn.tracing-dev.cairn.spring.context.TracingProperties", "cairnBoundContext",
						"cairn.context-dev.cairn.spring.context.ContextProperties",
						"dev.cairn.spring.context.TraceHeadersConfiguration", "cairnTraceHeaders",
						TracingAutoConfiguration.class.getName(),
						"cairn.tracing-dev.cairn.spring.tracing.InstrumentProperties",
						SpanSamplingAutoConfiguration.class.getName(),
						"cairn.tracing.tail-dev.cairn.spring.tracing.sampling.TailProperties",
						MetersAutoConfiguration.class.getName(),
						MetersAutoConfiguration.class.getName() + "$SwitchedOffConfiguration", "cairnMeterSampling",
						"cairnMeterHandles", "cairn.metrics-dev.cairn.spring.metrics.MetricsProperties");
				for (String name : ofCairn(context.getSourceApplicationContext())) {
					assertThat(context.getSourceApplicationContext().getBeanFactory().getSingleton(name)).as(name)
						.matches((bean) -> bean == null || bean instanceof SwitchedOffBeans);
				}
			});
	}

	private static List<String> ofCairn(ConfigurableApplicationContext context) {
		ConfigurableListableBeanFactory factory = context.getBeanFactory();
		List<String> found = new ArrayList<>();
		for (String name : factory.getBeanDefinitionNames()) {
			BeanDefinition definition = factory.getMergedBeanDefinition(name);
			if ((definition.getBeanClassName() + definition.getFactoryBeanName()).contains("dev.cairn")) {
				found.add(name);
			}
		}
		for (String name : factory.getSingletonNames()) {
			Object singleton = factory.getSingleton(name);
			if (singleton != null && singleton.getClass().getName().startsWith("dev.cairn")) {
				found.add(name);
			}
		}
		return found;
	}

}

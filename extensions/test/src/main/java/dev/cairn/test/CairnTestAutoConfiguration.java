package dev.cairn.test;

import java.time.Duration;

import dev.cairn.Ledger;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationHandler;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.RestTestClientBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webtestclient.autoconfigure.WebTestClientBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.server.WebFilter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link CairnRecorder} of a
 * test, and for the filters and interceptors that assign signals to one of several tests.
 */
@AutoConfiguration(afterName = { "dev.cairn.spring.metrics.StatisticsAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration" },
		beforeName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@EnableConfigurationProperties(CairnTestAutoConfiguration.TestProperties.class)
public final class CairnTestAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnRecorder cairnRecorder(TestProperties properties) {
		return new CairnRecorder(properties.timeout());
	}

	/** The ledger is created after the recorder, which listens to the signals. */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton cairnRecorderSources(ObjectProvider<CairnRecorder> recorder,
			ObjectProvider<Ledger> ledger, Environment environment) {
		return () -> recorder.ifUnique((unique) -> {
			ledger.ifUnique(unique::ledger);
			unique.traceHeader(environment.getProperty("cairn.requests.trace-header", "X-Trace-Id"));
		});
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		@Bean
		RecordingObservationHandler cairnRecordingObservationHandler(CairnRecorder recorder) {
			return new RecordingObservationHandler(recorder);
		}

	}

	/**
	 * Boot combines the registry with that of the application. An application without one
	 * does not get one.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		RecordingMeterRegistry cairnRecordingMeterRegistry(CairnRecorder recorder) {
			return RecordingMeterRegistry.of(recorder);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ThreadLocalAccessor.class)
	static class PropagationConfiguration {

		/** There is one registry for the whole process. */
		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnTestScopeAccessor() {
			return () -> ContextRegistry.getInstance().registerThreadLocalAccessor(new TestScopeAccessor());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, FilterRegistrationBean.class, OncePerRequestFilter.class })
	static class ServletConfiguration {

		/** Around all that reports signals of the request. */
		@Bean
		FilterRegistrationBean<TestScopeFilter> cairnTestScopeFilter() {
			FilterRegistrationBean<TestScopeFilter> registration = new FilterRegistrationBean<>(new TestScopeFilter());
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ WebFilter.class, ThreadLocalAccessor.class })
	static class ReactiveConfiguration {

		@Bean
		TestScopeWebFilter cairnTestScopeWebFilter() {
			return new TestScopeWebFilter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ RestTestClientBuilderCustomizer.class, ClientHttpRequestInterceptor.class })
	static class RestTestClientConfiguration {

		@Bean
		RestTestClientBuilderCustomizer cairnRestTestClientCustomizer() {
			return (builder) -> builder.requestInterceptor(new TestScopeInterceptor());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ TestRestTemplate.class, RestTemplateBuilder.class })
	static class TestRestTemplateConfiguration {

		/** A customizer would apply to the templates of the application, too. */
		@Bean
		static BeanPostProcessor cairnTestRestTemplates() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof TestRestTemplate template) {
						template.getRestTemplate().getInterceptors().add(new TestScopeInterceptor());
					}
					return bean;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebTestClientBuilderCustomizer.class, ExchangeFilterFunction.class })
	static class WebTestClientConfiguration {

		@Bean
		WebTestClientBuilderCustomizer cairnWebTestClientCustomizer() {
			return (builder) -> builder.filter(TestScopeWebFilter.client());
		}

	}

	/**
	 * Properties of tests.
	 *
	 * @param timeout How long assertions wait for signals that follow.
	 */
	@ConfigurationProperties("cairn.test")
	record TestProperties(@DefaultValue("5s") Duration timeout) {
	}

}

package dev.cairn.spring.web.error;

import dev.cairn.Cairn;
import dev.cairn.incident.Incidents;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the failures of requests. How
 * the application answers stays as it is, but for the id of the error.
 */
@AutoConfiguration(after = { CairnAutoConfiguration.class, WebMvcAutoConfiguration.class })
@ConditionalOnCairn("errors")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, ErrorAttributes.class })
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(ErrorsProperties.class)
public final class WebErrorsAutoConfiguration {

	/** Inside the filter of the request message, which carries the id of the error. */
	private static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 11;

	@Bean
	@ConditionalOnMissingBean
	ErrorRecorder cairnErrorRecorder() {
		return new ErrorRecorder();
	}

	@Bean
	@ConditionalOnMissingBean
	ErrorStatuses cairnErrorStatuses(ErrorsProperties properties) {
		return properties.toStatuses();
	}

	@Bean
	@ConditionalOnMissingBean
	RequestContext cairnRequestContext(ErrorsProperties properties) {
		return new RequestContext(properties.requestHeadersOrDefault(), properties.user());
	}

	@Bean
	@ConditionalOnMissingBean
	ErrorReporter cairnErrorReporter(Cairn cairn, ErrorStatuses statuses,
			ObjectProvider<ObservationRegistry> observations) {
		return new ErrorReporter(cairn, statuses, observations.getIfUnique(() -> ObservationRegistry.NOOP));
	}

	@Bean
	@ConditionalOnMissingBean
	ErrorAdvice cairnErrorAdvice(ErrorReporter reporter) {
		return new ErrorAdvice(reporter);
	}

	@Bean
	@ConditionalOnMissingBean
	static ErrorIdAttributes cairnErrorIdAttributes(ObjectProvider<Incidents> incidents) {
		return new ErrorIdAttributes((thrown) -> incidents.getObject().find(thrown));
	}

	@Bean
	@ConditionalOnMissingBean
	static WhitelabelErrorId cairnWhitelabelErrorId() {
		return new WhitelabelErrorId();
	}

	@Bean
	@ConditionalOnMissingBean(name = "cairnErrorFilter")
	FilterRegistrationBean<ErrorFilter> cairnErrorFilter(ErrorReporter reporter) {
		FilterRegistrationBean<ErrorFilter> registration = new FilterRegistrationBean<>(new ErrorFilter(reporter));
		registration.setOrder(FILTER_ORDER);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
		return registration;
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(OnProblemDetailsCondition.class)
	static class ProblemDetailsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		UnhandledProblemAdvice cairnUnhandledProblemAdvice(ErrorReporter reporter) {
			return new UnhandledProblemAdvice(reporter);
		}

		@Bean
		@ConditionalOnMissingBean(ResponseEntityExceptionHandler.class)
		SpringProblemAdvice cairnSpringProblemAdvice() {
			return new SpringProblemAdvice();
		}

	}

	/**
	 * Problem details are wanted of Boot or of Cairn.
	 */
	static class OnProblemDetailsCondition extends AnyNestedCondition {

		OnProblemDetailsCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBooleanProperty("spring.mvc.problemdetails.enabled")
		static class OfBoot {

		}

		@ConditionalOnBooleanProperty("cairn.errors.problem-details")
		static class OfCairn {

		}

	}

}

package dev.cairn.spring.web.error;

import java.util.EnumSet;
import java.util.Objects;

import dev.cairn.Cairn;
import dev.cairn.incident.Incidents;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.template.TemplateAvailabilityProviders;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.authentication.AuthenticationObservationContext;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the failures of requests. The
 * responses of the application are not changed except for the id of the error.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class,
		beforeName = { "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration",
				"org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration" })
@ConditionalOnCairn
@ConditionalOnWebApplication
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(WebErrorsProperties.class)
public final class WebErrorsAutoConfiguration {

	@Bean
	ErrorReporter cairnErrorReporter(Cairn cairn, Incidents incidents, RequestExclusion requests,
			WebErrorsProperties properties, ObjectProvider<ObservationRegistry> observations) {
		return new ErrorReporter(cairn, incidents, requests, properties.enabled(),
				observations.getIfUnique(() -> ObservationRegistry.NOOP));
	}

	@Bean
	RequestExclusion cairnRequestExclusion(WebErrorsProperties properties) {
		return new RequestExclusion(properties.toStatuses());
	}

	@Bean
	RequestIncidentEnricher cairnRequestIncidentEnricher(WebErrorsProperties properties) {
		return new RequestIncidentEnricher(properties.requestHeadersOrDefault(), properties.user());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, ErrorAttributes.class })
	static class ServletConfiguration {

		@Bean
		ExceptionNotingResolver cairnExceptionNotingResolver(ErrorReporter reporter) {
			return new ExceptionNotingResolver(reporter);
		}

		@Bean
		@Lazy(false)
		RouterFunctionErrors cairnRouterFunctionErrors(ErrorReporter reporter,
				ObjectProvider<RouterFunctionMapping> mappings) {
			return new RouterFunctionErrors(reporter, mappings);
		}

		@Bean
		ErrorAdvice cairnErrorAdvice(ErrorReporter reporter, WebErrorsProperties properties, Environment environment) {
			return new ErrorAdvice(reporter, properties.problemDetails()
					&& environment.getProperty("spring.mvc.problemdetails.enabled", Boolean.class, false));
		}

		@Bean
		@ConditionalOnMissingBean(name = "cairnErrorFilter")
		FilterRegistrationBean<ErrorFilter> cairnErrorFilter(ErrorReporter reporter, WebErrorsProperties properties) {
			FilterRegistrationBean<ErrorFilter> registration = new FilterRegistrationBean<>(new ErrorFilter(reporter));
			registration.setEnabled(properties.enabled());
			registration.setOrder(ErrorReporter.FILTER_ORDER);
			// Boot forwards to the error page if the application is deployed in a
			// container, and Tomcat includes it in a response that is committed
			registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
			return registration;
		}

		@Bean
		@ConditionalOnMissingBean(value = ErrorAttributes.class, search = SearchStrategy.CURRENT)
		@ConditionalOnCairn(otherwise = "org.springframework.boot.webmvc.error.DefaultErrorAttributes")
		CairnErrorAttributes cairnErrorAttributes() {
			return new CairnErrorAttributes();
		}

		/** Replaces Boot's page under the same conditions. */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnBooleanProperty(name = "spring.web.error.whitelabel.enabled", matchIfMissing = true)
		@Conditional(ErrorTemplateMissingCondition.class)
		static class WhitelabelErrorViewConfiguration {

			@Bean(name = "error")
			@ConditionalOnMissingBean(name = "error")
			View cairnWhitelabelErrorView() {
				return new WhitelabelErrorView();
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("errors")
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ DispatcherHandler.class, ErrorWebFluxAutoConfiguration.class })
	static class ReactiveConfiguration {

		@Bean
		ExchangeErrors cairnExchangeErrors(ErrorReporter reporter, RequestExclusion requests,
				WebErrorsProperties properties) {
			return new ExchangeErrors(reporter, requests, properties.user());
		}

		@Bean
		WebFilter cairnErrorFilter(ExchangeErrors errors) {
			return errors.outermost();
		}

		@Bean
		WebFilter cairnDecisionFilter(ExchangeErrors errors) {
			return errors.innermost();
		}

		@Bean
		@Lazy(false)
		ReactiveHandlerErrors cairnReactiveHandlerErrors(ExchangeErrors errors,
				ObjectProvider<RequestMappingHandlerMapping> controllers,
				ObjectProvider<RequestMappingHandlerAdapter> adapters,
				ObjectProvider<org.springframework.web.reactive.function.server.support.RouterFunctionMapping> functions) {
			return new ReactiveHandlerErrors(errors, controllers, adapters, functions);
		}

		@Bean
		ReactiveProblemDetails cairnReactiveProblemDetails(ExchangeErrors errors,
				ObjectProvider<HandlerResultHandler> handlers) {
			return new ReactiveProblemDetails(errors, handlers::orderedStream);
		}

		@Bean
		static ReactiveErrorHandler.Replacement cairnReactiveErrorHandler(
				ObjectProvider<org.springframework.boot.webflux.error.ErrorAttributes> attributes,
				ObjectProvider<WebProperties> properties, ObjectProvider<ViewResolver> views,
				ObjectProvider<ServerCodecConfigurer> codecs, ObjectProvider<WebErrorsProperties> errors,
				ApplicationContext context) {
			return new ReactiveErrorHandler.Replacement(() -> {
				boolean problemDetails = errors.getObject().problemDetails() && context.getEnvironment()
					.getProperty("spring.webflux.problemdetails.enabled", Boolean.class, false);
				ReactiveErrorHandler handler = new ReactiveErrorHandler(attributes.getObject(), properties.getObject(),
						context, problemDetails);
				handler.setViewResolvers(views.orderedStream().toList());
				handler.setMessageWriters(codecs.getObject().getWriters());
				handler.setMessageReaders(codecs.getObject().getReaders());
				return handler;
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ DispatcherHandler.class, ErrorWebFluxAutoConfiguration.class })
	static class ReactiveAttributesConfiguration {

		@Bean
		@ConditionalOnMissingBean(value = org.springframework.boot.webflux.error.ErrorAttributes.class,
				search = SearchStrategy.CURRENT)
		@ConditionalOnCairn(otherwise = "org.springframework.boot.webflux.error.DefaultErrorAttributes")
		ReactiveErrorAttributes cairnErrorAttributes() {
			return new ReactiveErrorAttributes();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ AuthenticationObservationContext.class, ObservationHandler.class })
	static class SecurityConfiguration {

		@Bean
		AuthenticationErrors cairnAuthenticationErrors(ObjectProvider<ErrorReporter> reporter) {
			return new AuthenticationErrors(reporter);
		}

	}

	/** Matches when the application has no template for the error page. */
	static class ErrorTemplateMissingCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ClassLoader classLoader = Objects.requireNonNull(context.getClassLoader());
			boolean missing = new TemplateAvailabilityProviders(classLoader).getProvider("error",
					context.getEnvironment(), classLoader, context.getResourceLoader()) == null;
			return new ConditionOutcome(missing,
					ConditionMessage.forCondition("Error template").because(missing ? "not found" : "found"));
		}

	}

}

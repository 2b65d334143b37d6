package dev.cairn.spring.web.request;

import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.TraceSource;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import jakarta.servlet.DispatcherType;
import ua_parser.Parser;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for one message for each request.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("requests")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, FilterRegistrationBean.class })
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(RequestsProperties.class)
public final class RequestsAutoConfiguration {

	/**
	 * Inside the filters of Sentry's scope and of the observation, which are the first
	 * two, so that the trace is known, and outside of everything else.
	 */
	static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	/** What Cairn adds comes first, so that the application has the last word. */
	private static final int FIRST = Ordered.HIGHEST_PRECEDENCE;

	@Bean
	@ConditionalOnMissingBean(name = "cairnRequestFilter")
	FilterRegistrationBean<RequestFilter> cairnRequestFilter(RequestsProperties properties, RequestMessages messages,
			ObjectProvider<TraceSource> trace, Environment environment) {
		FilterRegistrationBean<RequestFilter> registration = new FilterRegistrationBean<>(new RequestFilter(messages,
				trace.getIfAvailable(() -> TraceSource.NONE), properties.toExcludes(pathsOfActuator(environment))));
		registration.setOrder(FILTER_ORDER);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
		return registration;
	}

	/** None where it has no path of its own. */
	private static List<String> pathsOfActuator(Environment environment) {
		String base = environment.getProperty("management.endpoints.web.base-path", "/actuator");
		String servlet = environment.getProperty("spring.mvc.servlet.path", "");
		String path = StringUtils.trimTrailingCharacter(base, '/');
		return path.isEmpty() ? List.of() : List.of(StringUtils.trimTrailingCharacter(servlet, '/') + path + "/**");
	}

	@Bean
	@ConditionalOnMissingBean
	RequestMessages cairnRequestMessages(RequestsProperties properties, Cairn cairn,
			ObjectProvider<RequestMessageCustomizer> customizers, ObjectProvider<UserAgents> userAgents) {
		return new RequestMessages(cairn, properties.keepErrors(), properties.checkedSlow(),
				customizers.orderedStream().toList(),
				(properties.userAgent() != UserAgentDetail.NONE) ? userAgents.getIfAvailable() : null);
	}

	@Bean
	@ConditionalOnMissingBean
	Consent cairnConsent(RequestsProperties properties) {
		return properties.consent().toConsent();
	}

	@Bean
	@Order(FIRST)
	@ConditionalOnMissingBean
	ClientDetails cairnClientDetails(RequestsProperties properties, Consent consent) {
		return properties.toClientDetails(consent);
	}

	@Bean
	@Order(FIRST)
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "cairn.requests.visitor.enabled", matchIfMissing = true)
	Visitors cairnVisitors(RequestsProperties properties, Consent consent) {
		return properties.visitor().toVisitors(consent);
	}

	@Bean
	@Order(FIRST)
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "cairn.requests.calls", matchIfMissing = true)
	ObservedCalls cairnObservedCalls() {
		return new ObservedCalls();
	}

	@Bean
	@Order(FIRST)
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "cairn.requests.bytes", matchIfMissing = true)
	TransferredBytes cairnTransferredBytes() {
		return new TransferredBytes();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "cairn.requests.context", matchIfMissing = true)
	static class BindingsConfiguration implements WebMvcConfigurer {

		private final RequestBindings bindings = new RequestBindings();

		@Bean
		@Order(FIRST)
		@ConditionalOnMissingBean
		RequestBindings cairnRequestBindings() {
			return this.bindings;
		}

		/** The innermost: it sees what all others have bound. */
		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this.bindings).order(Ordered.LOWEST_PRECEDENCE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConfigurableTomcatWebServerFactory.class)
	@ConditionalOnBooleanProperty(name = "cairn.requests.bytes", matchIfMissing = true)
	static class TomcatConfiguration {

		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> cairnTomcatResponseBytes() {
			return (factory) -> factory.addEngineValves(new TomcatResponseBytes());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Parser.class)
	static class UserAgentParserConfiguration {

		@Bean
		@ConditionalOnMissingBean
		UserAgentParser cairnUserAgentParser() {
			return new UapParser();
		}

	}

	/** Lazy, since it starts a thread that nobody needs where it is not asked for. */
	@Configuration(proxyBeanMethods = false)
	@Import(UserAgentParserConfiguration.class)
	static class UserAgentsConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		@ConditionalOnBean(UserAgentParser.class)
		UserAgents cairnUserAgents(RequestsProperties properties, Consent consent, UserAgentParser parser) {
			return new UserAgents(consent, parser, properties.checkedUserAgents());
		}

	}

}

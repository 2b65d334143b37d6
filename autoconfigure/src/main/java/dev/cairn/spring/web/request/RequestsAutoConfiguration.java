package dev.cairn.spring.web.request;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

import dev.cairn.Cairn;
import dev.cairn.IncidentEnricher;
import dev.cairn.Ledger;
import dev.cairn.context.Signals;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.context.ContextSnapshot;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import ua_parser.Parser;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the units of work and the
 * messages of requests.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnWebApplication
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(RequestsProperties.class)
public final class RequestsAutoConfiguration {

	/** The customizers of the application come later and may overwrite fields. */
	private static final int FIRST = Ordered.HIGHEST_PRECEDENCE;

	private static RequestBeginnings beginnings(RequestsProperties properties, RequestMessages messages,
			ObjectProvider<PathRoots> actuator, Environment environment, ListableBeanFactory beans) {
		Predicate<String> notOfUsers = actuator.getIfAvailable(() -> new PathRoots(List::of))
			.or(collector(environment));
		return new RequestBeginnings(properties.enabled() ? messages : null, properties.toExcludes(notOfUsers),
				notOfUsers, SingletonSupplier.of(() -> enrichersOfChild(beans)), properties.checkedTraceHeader(),
				properties.serverTiming());
	}

	/** Returns the paths of the collector, which is a module of its own. */
	private static PathRoots collector(Environment environment) {
		boolean enabled = environment.getProperty("cairn.collector.enabled", Boolean.class, false);
		List<String> roots = enabled ? List.of(environment.getProperty("cairn.collector.path", "/cairn")) : List.of();
		return new PathRoots(() -> roots);
	}

	/** Returns the enrichers of this context, unless Cairn has them already. */
	private static List<Named<IncidentEnricher>> enrichersOfChild(ListableBeanFactory beans) {
		if (beans.getBeanNamesForType(Cairn.class, true, false).length > 0) {
			return List.of();
		}
		List<IncidentEnricher> own = new ArrayList<>(beans.getBeansOfType(IncidentEnricher.class).values());
		AnnotationAwareOrderComparator.sort(own);
		return Extensions.named("incident enricher", own);
	}

	@Bean
	@ConditionalOnMissingBean
	RequestMessages cairnRequestMessages(RequestsProperties properties, Cairn cairn, Extensions extensions,
			ObjectProvider<RequestMessageCustomizer> customizers, ObjectProvider<UserAgents> userAgents) {
		return new RequestMessages(cairn, properties, extensions, customizers.orderedStream().toList(),
				(properties.userAgent() != ClientDetails.UserAgent.NONE) ? userAgents.getIfAvailable() : null);
	}

	@Bean
	@Order(FIRST)
	ClientDetails cairnClientDetails(RequestsProperties properties) {
		return properties.toClientDetails();
	}

	@Bean
	@Order(FIRST)
	RequestVisitors cairnVisitors(RequestsProperties properties, Extensions extensions, ObjectProvider<Cairn> cairn) {
		return properties.toVisitors(extensions, SingletonSupplier.of(cairn::getObject));
	}

	@Bean
	CairnBuilderCustomizer cairnVisitorsCustomizer(RequestVisitors visitors) {
		return (builder) -> builder.visitors(visitors);
	}

	@Bean
	@Order(FIRST)
	Places cairnPlaces(RequestsProperties properties, ObjectProvider<GeoResolver> resolver, Extensions extensions) {
		return new Places(properties.toOptionalFields(), resolver.getIfAvailable(properties.geo()::toResolver),
				extensions);
	}

	@Bean
	@ConditionalOnCairn("doctor")
	VisitorKeyCheck cairnVisitorKeyCheck(RequestsProperties properties, Ledger ledger) {
		return new VisitorKeyCheck(properties, ledger);
	}

	@Bean
	@Order(FIRST)
	ObservedCalls cairnObservedCalls(RequestsProperties properties) {
		return new ObservedCalls(properties.toOptionalFields());
	}

	@Bean
	@Order(FIRST)
	RequestBindings cairnRequestBindings(RequestsProperties properties) {
		return new RequestBindings(properties.toOptionalFields());
	}

	@Bean(initMethod = "start")
	@ConditionalOnBean(UserAgentParser.class)
	UserAgents cairnUserAgents(RequestsProperties properties, UserAgentParser parser, Extensions extensions) {
		return new UserAgents(properties.toOptionalFields(), parser, extensions);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ PathMappedEndpoints.class, ManagementPortType.class })
	static class ActuatorConfiguration {

		/** The endpoints are created after the filter. */
		@Bean
		PathRoots cairnActuatorPaths(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
			if (ManagementPortType.get(environment) != ManagementPortType.SAME) {
				return new PathRoots(List::of);
			}
			String handlers = StringUtils.trimTrailingCharacter(environment.getProperty("spring.mvc.servlet.path", ""),
					'/');
			return new PathRoots(SingletonSupplier.of(() -> {
				PathMappedEndpoints mapped = endpoints.getIfAvailable();
				if (mapped == null) {
					return List.of();
				}
				String base = mapped.getBasePath();
				return (base.isEmpty() ? mapped.getAllPaths() : List.of(base)).stream()
					.map((path) -> handlers + path)
					.toList();
			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, FilterRegistrationBean.class })
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnRequestFilter")
		FilterRegistrationBean<RequestFilter> cairnRequestFilter(RequestsProperties properties, Signals signals,
				RequestMessages messages, ClientDetails client, ObjectProvider<PathRoots> actuator,
				Environment environment, ListableBeanFactory beans) {
			FilterRegistrationBean<RequestFilter> registration = new FilterRegistrationBean<>(
					new RequestFilter(signals, beginnings(properties, messages, actuator, environment, beans), client));
			registration.setOrder(RequestBeginnings.FILTER_ORDER);
			// Boot forwards to the error page if the application is deployed in a
			// container, and Tomcat includes it in a response that is committed
			registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
			return registration;
		}

		@Bean
		ServletListenerRegistration cairnRequestListener(Signals signals, ClientDetails client) {
			return new ServletListenerRegistration(new RequestFilter.Listener(signals, client));
		}

		@Bean
		ServletBindings cairnServletBindings(RequestVisitors visitors) {
			return new ServletBindings(visitors);
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		RequestExtractor<HttpServletRequest> cairnRequestExtractor(ClientDetails details) {
			return new RequestExtractor<>(HttpServletRequest.class, details);
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnCairn("context.propagation")
		@ConditionalOnClass(ContextSnapshot.class)
		static class PropagationConfiguration {

			@Bean
			AsynchronousResults cairnAsynchronousResults() {
				return new AsynchronousResults();
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(ConfigurableTomcatWebServerFactory.class)
		static class TomcatConfiguration {

			@Bean
			WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> cairnTomcatConnection(
					ServletListenerRegistration listener) {
				return (factory) -> factory.addEngineValves(new TomcatConnection(listener.replace()));
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ ConfigurableJettyWebServerFactory.class, ServletContextHandler.class })
		static class JettyConfiguration {

			@Bean
			WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> cairnJettyConnection(
					ServletListenerRegistration listener) {
				return (factory) -> factory
					.addServerCustomizers((server) -> JettyConnection.addTo(server, listener.listener()));
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnExchangeFilter")
		ExchangeFilter cairnExchangeFilter(RequestsProperties properties, RequestMessages messages,
				ObjectProvider<PathRoots> actuator, ApplicationContext context) {
			return new ExchangeFilter(beginnings(properties, messages, actuator, context.getEnvironment(), context),
					context);
		}

		@Bean
		ExchangeFilter.Bindings cairnExchangeBindings(RequestVisitors visitors) {
			return new ExchangeFilter.Bindings(visitors);
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		RequestExtractor<ServerHttpRequest> cairnRequestExtractor(ClientDetails details) {
			return new RequestExtractor<>(ServerHttpRequest.class, details);
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		RequestExtractor<ServerWebExchange> cairnExchangeExtractor(ClientDetails details) {
			return new RequestExtractor<>(ServerWebExchange.class, details);
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnMissingClass("org.springframework.cloud.function.context.FunctionCatalog")
		static class DecoratorConfiguration {

			@Bean
			@Order(Ordered.HIGHEST_PRECEDENCE)
			ReactiveExchange.Handlers cairnExchanges(Signals signals, ClientDetails client) {
				return new ReactiveExchange.Handlers(signals, client);
			}

		}

		/** Spring Cloud Function would take the factory for a function to call. */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(name = "org.springframework.cloud.function.context.FunctionCatalog")
		static class SpringCloudFunctionConfiguration {

			@Bean
			static ReactiveExchange.HandlerBeans cairnExchanges(ObjectProvider<Signals> signals,
					ObjectProvider<ClientDetails> client) {
				return new ReactiveExchange.HandlerBeans(
						() -> new ReactiveExchange.Handlers(signals.getObject(), client.getObject()));
			}

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

}

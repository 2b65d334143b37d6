package dev.cairn.console;

import java.util.Map;

import dev.cairn.spring.core.ConditionalOnCairn;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Maps the console in the context that has the endpoints: that of the application, or
 * another one with a port of its own. It comes before the endpoints, because the path of
 * its endpoint is one of theirs.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnCairn("console")
@ConditionalOnBooleanProperty("cairn.console.enabled")
@ConditionalOnAvailableEndpoint(ConsoleEndpoint.class)
final class ConsoleManagementConfiguration {

	/** That of the endpoints is -100. */
	private static final int ORDER = -101;

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ DispatcherServlet.class, HttpServletRequest.class })
	static class ServletConfiguration {

		@Bean
		SimpleUrlHandlerMapping cairnConsoleHandlerMapping(ConsoleApi api, Streams streams,
				PathMappedEndpoints endpoints) {
			String path = ConsoleAutoConfiguration.path(endpoints);
			ServletConsole console = new ServletConsole(api, streams, path);
			return new SimpleUrlHandlerMapping(Map.of(path, console, path + "/**", console), ORDER);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		org.springframework.web.reactive.handler.SimpleUrlHandlerMapping cairnConsoleHandlerMapping(ConsoleApi api,
				Streams streams, PathMappedEndpoints endpoints) {
			String path = ConsoleAutoConfiguration.path(endpoints);
			ReactiveConsole console = new ReactiveConsole(api, streams, path);
			return new org.springframework.web.reactive.handler.SimpleUrlHandlerMapping(
					Map.of(path, console, path + "/**", console), ORDER);
		}

	}

}

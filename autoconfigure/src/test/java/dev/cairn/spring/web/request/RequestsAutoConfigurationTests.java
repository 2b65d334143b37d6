package dev.cairn.spring.web.request;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;

import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import ua_parser.Parser;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockServletContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestsAutoConfiguration}.
 */
class RequestsAutoConfigurationTests {

	private final WebApplicationContextRunner web = Contexts.web();

	@Test
	void startsWithoutParserAndWithoutTomcat() {
		this.web.withClassLoader(new FilteredClassLoader(Parser.class, ConfigurableTomcatWebServerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RequestMessages.class)
				.doesNotHaveBean(UserAgents.class)
				.doesNotHaveBean("cairnTomcatConnection"));
	}

	@Test
	void theValveOfTomcatTakesThePlaceOfTheListenerWithoutALine() {
		try (RunningApplication application = RunningApplication.start(Application.class)) {
			assertThat(application.context().isRunning()).isTrue();
			assertThat(RunningApplication.logEvents()).isNotEmpty()
				.noneMatch((event) -> event.getFormattedMessage().contains("not registered"));
		}
	}

	@Test
	void theListenerIsRegisteredUnlessItIsReplaced() {
		RequestFilter.Listener listener = new RequestFilter.Listener(
				new Signals(List.of(), InstantSource.system(), new Extensions((name) -> {
				}, (text) -> text), Trace.Source.NONE), ClientTests.CLIENT);
		List<EventListener> registered = new ArrayList<>();
		ServletContext context = new MockServletContext() {

			@Override
			public <L extends EventListener> void addListener(L added) {
				registered.add(added);
			}

		};
		ServletListenerRegistration registration = new ServletListenerRegistration(listener);
		registration.onStartup(context);
		assertThat(registered).containsExactly(listener);
		assertThat(registration.replace()).isSameAs(listener);
		registration.onStartup(context);
		assertThat(registered).containsExactly(listener);
	}

	@Test
	void takesTheParserOfTheApplication() {
		this.web.withClassLoader(new FilteredClassLoader(Parser.class))
			.withBean(UserAgentParser.class, () -> (text) -> UserAgentParser.ClientSoftware.UNKNOWN)
			.run((context) -> assertThat(context).hasSingleBean(UserAgents.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

package dev.cairn.spring.web.request;

import dev.cairn.spring.test.Contexts;
import org.junit.jupiter.api.Test;
import ua_parser.Parser;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;

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
	void takesTheParserOfTheApplication() {
		this.web.withClassLoader(new FilteredClassLoader(Parser.class))
			.withBean(UserAgentParser.class, () -> (text) -> UserAgentParser.ClientSoftware.UNKNOWN)
			.run((context) -> assertThat(context).hasSingleBean(UserAgents.class));
	}

}

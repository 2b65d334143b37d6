package dev.cairn.spring.web.request;

import dev.cairn.NamePattern;
import dev.cairn.spring.test.Contexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

	@ParameterizedTest
	@CsvSource({ "cairn.requests.calls=false, dev.cairn.spring.web.request.ObservedCalls",
			"cairn.requests.bytes=false, dev.cairn.spring.web.request.TransferredBytes",
			"cairn.requests.context=false, dev.cairn.spring.web.request.RequestBindings",
			"cairn.requests.visitor.enabled=false, dev.cairn.spring.web.request.Visitors",
			"cairn.requests.enabled=false, dev.cairn.spring.web.request.RequestMessages" })
	void eachDetailHasItsSwitch(String property, Class<?> type) {
		this.web.run((context) -> assertThat(context).hasSingleBean(type));
		this.web.withPropertyValues(property).run((context) -> assertThat(context).doesNotHaveBean(type));
	}

	@Test
	void startsWithoutParserAndWithoutTomcat() {
		this.web.withClassLoader(new FilteredClassLoader(Parser.class, ConfigurableTomcatWebServerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RequestMessages.class)
				.doesNotHaveBean(UserAgents.class)
				.doesNotHaveBean("cairnTomcatResponseBytes"));
	}

	@Test
	void takesTheParserOfTheApplication() {
		this.web.withClassLoader(new FilteredClassLoader(Parser.class))
			.withBean(UserAgentParser.class, () -> (text) -> ClientSoftware.UNKNOWN)
			.run((context) -> assertThat(context).hasSingleBean(UserAgents.class));
	}

	@Test
	void standsBackForTheBeansOfTheApplication() {
		this.web.withBean("own", Consent.class, () -> new Consent(false, null, null, NamePattern.ANY))
			.withBean("ownCalls", ObservedCalls.class, ObservedCalls::new)
			.withBean("ownBytes", TransferredBytes.class, TransferredBytes::new)
			.withBean("ownBindings", RequestBindings.class, RequestBindings::new)
			.run((context) -> assertThat(context).hasSingleBean(Consent.class)
				.hasSingleBean(ObservedCalls.class)
				.hasSingleBean(TransferredBytes.class)
				.hasSingleBean(RequestBindings.class)
				.hasSingleBean(Visitors.class));
	}

}

package dev.cairn.spring.logging;

import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.spring.test.Contexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggingAutoConfiguration}.
 */
class LoggingAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain();

	@Test
	void receivesNoEntriesWithoutRules() {
		this.contexts.run((context) -> assertThat(
				Signals.Kind.LOGGED.isReceivedBy(context.getBean("cairnLogRules", SignalListener.class)))
			.isFalse());
	}

	@Test
	void receivesEntriesFromTheLowestLevelOfItsRules() {
		this.contexts
			.withPropertyValues("cairn.logging.rules[0].meter=a", "cairn.logging.rules[0].level=warn",
					"cairn.logging.rules[1].meter=b", "cairn.logging.rules[1].level=debug")
			.run((context) -> {
				SignalListener rules = context.getBean("cairnLogRules", SignalListener.class);
				assertThat(Signals.Kind.LOGGED.isReceivedBy(rules)).isTrue();
				assertThat(rules.logLevel()).isEqualTo(Level.DEBUG);
			});
	}

	@Test
	void isOffByItsSwitch() {
		this.contexts.withPropertyValues("cairn.logging.enabled=false", "cairn.logging.rules[0].meter=a")
			.run((context) -> assertThat(context).doesNotHaveBean("cairnLogRules"));
	}

	@ParameterizedTest
	@CsvSource({ "logger, shop, meter", "tags, a, tags", "duration, took, duration" })
	void refusesARuleWithoutEffect(String member, String value, String named) {
		this.contexts
			.withPropertyValues("cairn.logging.rules[0].message=" + !member.equals("logger"),
					"cairn.logging.rules[0]." + member + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("cairn.logging.rules[0]." + named)));
	}

}

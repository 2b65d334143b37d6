package dev.cairn.brownfield.named;

import java.util.List;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications that have a bean named {@code cairn} of their own.
 */
class BeanNameTests {

	private static final String OVERRIDING = "spring.main.allow-bean-definition-overriding=";

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void aComponentOfTheApplicationCanHaveTheNameOfCairn(String overriding) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(WithComponent.class,
				OVERRIDING + overriding)) {
			assertThat(application.context().getBean("cairn")).isInstanceOf(Cairn.class);
			application.bean(Cairn.class).telemetry.event("order.placed").publish();
			assertThat(application.messages()).extracting(Message::type).containsExactly("order.placed");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void aBeanMethodOfTheApplicationCanHaveTheNameOfCairn(String overriding) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(WithBeanMethod.class,
				OVERRIDING + overriding)) {
			assertThat(application.context().getBean("cairn")).isEqualTo(List.of("a", "pile", "of", "stones"));
			application.bean(dev.cairn.Cairn.class).event("order.placed").publish();
			assertThat(application.messages()).extracting(Message::type).containsExactly("order.placed");
		}
	}

	@Test
	void theNameIsFreeWhileCairnIsSwitchedOff() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(WithComponent.class,
				"cairn.enabled=false")) {
			assertThat(application.bean(Cairn.class).telemetry.event("order.placed").publish()).isNull();
		}
	}

	@Test
	void theApplicationCanReplaceCairnByABeanOfThatName() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(WithOwnCairn.class)) {
			assertThat(application.context().getBeanNamesForType(dev.cairn.Cairn.class)).containsExactly("cairn");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ComponentScan(basePackageClasses = Cairn.class, useDefaultFilters = false,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Cairn.class))
	static class WithComponent {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithBeanMethod {

		@Bean
		List<String> cairn() {
			return List.of("a", "pile", "of", "stones");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithOwnCairn {

		@Bean
		dev.cairn.Cairn cairn() {
			return dev.cairn.Cairn.noop();
		}

	}

}

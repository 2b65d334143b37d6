package dev.cairn.spring.error;

import dev.cairn.ApplicationFrames;
import dev.cairn.spring.test.Contexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the arguments of {@link ErrorsAutoConfiguration}.
 */
class ArgumentsConfigurationTests {

	private final ApplicationContextRunner runner = Contexts.plain()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
		.withUserConfiguration(Shop.class, Locked.class)
		.withPropertyValues("cairn.incidents.application-packages=dev.cairn.spring.error");

	@Test
	void watchesTheApplicationsOwnBeans() {
		this.runner.run((context) -> {
			assertThat(context).hasBean("cairnArgumentsAdvisor").hasSingleBean(FailedCalls.class);
			assertThat(AopUtils.isCglibProxy(context.getBean(Shop.class))).isTrue();
			assertThat(context.getBean(Shop.class).order(7)).isEqualTo("tea 7");
		});
	}

	@Test
	void leavesABeanAloneThatAProxyWouldBreak() {
		this.runner.run((context) -> {
			assertThat(AopUtils.isAopProxy(context.getBean(Locked.class))).isFalse();
			assertThat(context.getBean(Locked.class).order(7)).isEqualTo("tea 7");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled", "cairn.errors.enabled", "cairn.errors.arguments.enabled",
			"spring.aop.auto", "spring.aop.proxy-target-class" })
	void isOffWhenSwitchedOff(String property) {
		this.runner.withPropertyValues(property + "=false").run((context) -> {
			assertThat(context).hasNotFailed()
				.doesNotHaveBean("cairnArgumentsAdvisor")
				.doesNotHaveBean(FailedCalls.class);
			assertThat(AopUtils.isAopProxy(context.getBean(Shop.class))).isFalse();
		});
	}

	@Test
	void watchesNothingWithoutPackages() {
		this.runner.withPropertyValues("cairn.incidents.application-packages=")
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Shop.class))).isFalse());
	}

	@Test
	void startsWhereNobodyMakesProxies() {
		this.runner.withClassLoader(new FilteredClassLoader("org.aspectj")).run((context) -> {
			assertThat(context).hasNotFailed().hasBean("cairnArgumentsAdvisor");
			assertThat(AopUtils.isAopProxy(context.getBean(Shop.class))).isFalse();
		});
	}

	@Test
	void standsBackForTheBeansOfTheApplication() {
		this.runner.withUserConfiguration(Own.class).run((context) -> {
			assertThat(context).hasSingleBean(FailedCalls.class).hasSingleBean(ApplicationFrames.class);
			assertThat(context).hasBean("ownCalls").doesNotHaveBean("cairnFailedCalls");
			assertThat(context).hasBean("ownFrames").doesNotHaveBean("cairnApplicationFrames");
		});
	}

	@Test
	void makesNoBeanBeforeItsTime() {
		this.runner.withUserConfiguration(Own.class)
			.run((context) -> assertThat(context.getBeanFactory().getBeanDefinition("cairnArgumentsAdvisor").getRole())
				.isEqualTo(org.springframework.beans.factory.config.BeanDefinition.ROLE_INFRASTRUCTURE));
	}

	@Service
	static class Shop {

		private final String product = "tea";

		String order(int id) {
			return this.product + " " + id;
		}

	}

	@Service
	static class Locked {

		private final String product = "tea";

		final String order(int id) {
			return this.product + " " + id;
		}

		void cancel(int id) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		static FailedCalls ownCalls() {
			return new FailedCalls();
		}

		@Bean
		ApplicationFrames ownFrames() {
			return ApplicationFrames.DEFAULT;
		}

	}

}

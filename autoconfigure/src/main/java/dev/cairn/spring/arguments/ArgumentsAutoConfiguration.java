package dev.cairn.spring.arguments;

import dev.cairn.ApplicationFrames;
import dev.cairn.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the arguments of failed calls.
 * Does not change how beans are proxied: without Spring's auto-proxying, or with proxies
 * of interfaces, no arguments are reported.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn({ "errors", "errors.arguments" })
@ConditionalOnBooleanProperty(name = { "spring.aop.auto", "spring.aop.proxy-target-class" }, matchIfMissing = true)
@EnableConfigurationProperties(ArgumentsProperties.class)
public final class ArgumentsAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static FailedCalls cairnFailedCalls() {
		return new FailedCalls();
	}

	/** Created with the first bean, so it must not depend on other beans. */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static ArgumentsAdvisor cairnArgumentsAdvisor(FailedCalls calls, ApplicationFrames application,
			ConfigurableBeanFactory beans) {
		return new ArgumentsAdvisor(calls, application.packages(), beans);
	}

	@Bean
	@ConditionalOnMissingBean
	ArgumentsEnricher cairnArgumentsEnricher(FailedCalls calls, Redactor redactor) {
		return new ArgumentsEnricher(calls, redactor);
	}

}

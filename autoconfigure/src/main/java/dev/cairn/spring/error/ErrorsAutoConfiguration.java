package dev.cairn.spring.error;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.context.Signals;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.integration.channel.interceptor.GlobalChannelInterceptorWrapper;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for failures that end a thread or
 * arrive at an error channel, and for the context and the arguments of all failures.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(ErrorsProperties.class)
public final class ErrorsAutoConfiguration {

	@Bean
	@Lazy(false)
	@ConditionalOnCairn(value = "errors", property = "cairn.errors.uncaught")
	@ConditionalOnMissingBean
	UncaughtExceptions cairnUncaughtExceptions(Cairn cairn, Incidents incidents) {
		return new UncaughtExceptions(cairn, incidents);
	}

	@Bean
	@ConditionalOnMissingBean
	FailureContext cairnFailureContext(ObjectProvider<FailedCalls> calls, Redactor redactor) {
		return new FailureContext(calls.getIfAvailable(), redactor);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AuthenticationException.class)
	static class SecurityConfiguration {

		@Bean
		SecurityExclusion cairnSecurityExclusion() {
			return new SecurityExclusion();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("errors")
	@ConditionalOnClass(GlobalChannelInterceptorWrapper.class)
	static class IntegrationConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnErrorChannelFailures")
		GlobalChannelInterceptorWrapper cairnErrorChannelFailures(Cairn cairn, Incidents incidents, Signals signals,
				Extensions extensions) {
			GlobalChannelInterceptorWrapper wrapper = new GlobalChannelInterceptorWrapper(
					new ErrorChannelFailures(cairn, incidents, signals, extensions));
			wrapper.setPatterns(new String[] { ErrorChannelFailures.CHANNEL });
			wrapper.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return wrapper;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn({ "errors", "errors.arguments" })
	@EnableConfigurationProperties(ArgumentsProperties.class)
	static class ArgumentsConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean
		static FailedCalls cairnFailedCalls() {
			return new FailedCalls();
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean(name = "cairnProxiedBeans", search = SearchStrategy.CURRENT)
		static ProxiedBeans cairnProxiedBeans(ObjectProvider<ApplicationFrames> application,
				ObjectProvider<FailedCalls> calls) {
			return new ProxiedBeans(SingletonSupplier.of(application::getObject), calls::getObject);
		}

		/**
		 * The innermost advice. Created with the first bean, so it must not depend on
		 * other beans.
		 */
		@Bean(autowireCandidate = false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnBooleanProperty("cairn.errors.arguments.proxies")
		@ConditionalOnMissingBean(name = "cairnArgumentsAdvisor")
		static DefaultPointcutAdvisor cairnArgumentsAdvisor(FailedCalls calls, ApplicationFrames application,
				ConfigurableBeanFactory beans) {
			return new DefaultPointcutAdvisor(new ApplicationBeans(application.packages(), beans), calls);
		}

	}

	/**
	 * Arguments of failed calls.
	 *
	 * @param enabled Whether to report failures with the arguments of the application's
	 * bean methods that they passed through, if these beans have a proxy for another
	 * reason.
	 * @param proxies Whether beans with a stereotype such as @Service are proxied so that
	 * the arguments of their calls are reported; without effect if spring.aop.auto or
	 * spring.aop.proxy-target-class is false.
	 */
	@ConfigurationProperties("cairn.errors.arguments")
	record ArgumentsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean proxies) {
	}

}

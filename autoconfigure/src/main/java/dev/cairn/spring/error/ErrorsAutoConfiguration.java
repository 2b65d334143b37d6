package dev.cairn.spring.error;

import dev.cairn.Cairn;
import dev.cairn.incident.Incidents;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.security.core.AuthenticationException;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for failures that end a thread, and
 * those of asynchronous calls.
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
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnCairn("errors")
	static AsyncErrors cairnAsyncErrors(ObjectProvider<Cairn> cairn, ObjectProvider<Incidents> incidents,
			ObjectProvider<AsyncConfigurer> configurers) {
		return new AsyncErrors(cairn, incidents, configurers);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AuthenticationException.class)
	static class SecurityConfiguration {

		@Bean
		SecurityExclusion cairnSecurityExclusion() {
			return new SecurityExclusion();
		}

	}

}

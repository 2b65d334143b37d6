package dev.cairn.spring.sentry;

import java.util.List;

import dev.cairn.spring.core.ApplicationPackages;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.spring.boot4.SentryAutoConfiguration;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the frames of failures in
 * Sentry: which of them are the application's own, and with which arguments they were
 * called.
 */
@AutoConfiguration(before = SentryAutoConfiguration.class)
@ConditionalOnCairn(value = "sentry", configured = "sentry.dsn")
@ConditionalOnResource(resources = "classpath:io/sentry/spring/boot4/SentryAutoConfiguration.class")
public final class SentryFramesAutoConfiguration {

	private static final String IN_APP = "sentry.in-app-includes";

	/** What the application says of its frames goes before. */
	@Bean
	@ConditionalOnMissingBean(name = "cairnSentryInApp")
	Sentry.OptionsConfiguration<SentryOptions> cairnSentryInApp(BeanFactory beans, Environment environment) {
		boolean said = Binder.get(environment).bind(IN_APP, Bindable.listOf(String.class)).isBound();
		List<String> packages = said ? List.of() : ApplicationPackages.of(beans, environment);
		return (options) -> packages.forEach(options::addInAppInclude);
	}

}

package dev.cairn.spring.error;

import java.util.Comparator;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.error.ErrorsProperties.Logged;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

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
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.security.core.AuthenticationException;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for failures that are logged or that
 * end a thread.
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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	static class LogbackConfiguration {

		/** Entries are passed on to listeners even if failures are not captured. */
		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean
		LogEntryAppender cairnLogEntryAppender(Cairn cairn, Incidents incidents, Signals signals, Redactor redactor,
				ObjectProvider<SignalListener> listeners, ErrorsProperties properties, Environment environment) {
			boolean enabled = environment.getProperty("cairn.errors.enabled", Boolean.class, true);
			Logged captured = enabled ? properties.logged() : Logged.NONE;
			return new LogEntryAppender(threshold(captured, listeners),
					new LoggedFailures(cairn, incidents, signals, redactor, captured));
		}

		/** Entries below WARN are only passed on if a listener receives log entries. */
		private static @Nullable Level threshold(Logged captured, ObjectProvider<SignalListener> listeners) {
			Stream<Level> received = listeners.stream()
				.filter(Signals.Kind.LOGGED::isReceivedBy)
				.map(SignalListener::logLevel);
			Stream<Level> needed = (captured != Logged.NONE) ? Stream.of(LoggedFailures.THRESHOLD) : Stream.of();
			return Stream.concat(received, needed).min(Comparator.comparing(Level::toInt)).orElse(null);
		}

	}

}

package dev.cairn.spring.logging;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.logging.LoggedFailuresProperties.Logged;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for log entries: failures that are
 * logged, metrics, messages, processors, and secrets in lines of a pattern. Structured
 * formats mask secrets themselves.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@EnableConfigurationProperties(LogRulesProperties.class)
public final class LoggingAutoConfiguration {

	/** Without rules, it does not receive log entries. */
	@Bean
	@ConditionalOnCairn("logging")
	SignalListener cairnLogRules(LogRulesProperties properties, ObjectProvider<Cairn> cairn, Extensions extensions,
			Settings.Holder settings) {
		List<LogRule> rules = properties.toRules();
		return rules.isEmpty() ? new SignalListener() {
		} : new LogRules(rules, SingletonSupplier.of(cairn::getObject), extensions, settings);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(Cairn.class)
	@EnableConfigurationProperties(LoggedFailuresProperties.class)
	static class CaptureConfiguration {

		@Bean
		LoggedFailures cairnLoggedFailures(Cairn cairn, Incidents incidents, Signals signals, Redactor redactor,
				LoggedFailuresProperties properties, Environment environment) {
			boolean enabled = environment.getProperty("cairn.errors.enabled", Boolean.class, true);
			return new LoggedFailures(cairn, incidents, signals, redactor, enabled ? properties.logged() : Logged.NONE);
		}

		/** Entries below WARN are only passed on if a listener receives log entries. */
		private static @Nullable Level threshold(LoggedFailures failures, ObjectProvider<SignalListener> listeners) {
			Stream<Level> received = listeners.stream()
				.filter(Signals.Kind.LOGGED::isReceivedBy)
				.map(SignalListener::logLevel);
			return Stream.concat(received, Stream.ofNullable(failures.threshold()))
				.min(Comparator.comparing(Level::toInt))
				.orElse(null);
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
		static class LogbackConfiguration {

			/** Entries are passed on to listeners even if failures are not captured. */
			@Bean
			@Lazy(false)
			@ConditionalOnMissingBean
			LogbackCapture cairnLogEntryAppender(LoggedFailures failures, ObjectProvider<SignalListener> listeners) {
				return new LogbackCapture(threshold(failures, listeners), failures::apply);
			}

			@Bean
			@ConditionalOnCairn("doctor")
			LogbackLoggersCheck cairnLogbackLoggersCheck() {
				return new LogbackLoggersCheck();
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(name = "org.apache.logging.log4j.core.LoggerContext")
		static class Log4jConfiguration {

			@Bean
			@Lazy(false)
			Log4jEntries cairnLog4jEntries(ObjectProvider<LoggingSystem> system, LoggedFailures failures,
					ObjectProvider<SignalListener> listeners, ObjectProvider<LogProcessing> processing,
					Redactor redactor, Environment environment) {
				boolean redacted = environment.getProperty("cairn.logging.redact", boolean.class, false)
						&& environment.getProperty("cairn.logging.enabled", boolean.class, true);
				return Log4jEntries.of(system.getIfAvailable(), threshold(failures, listeners), failures::apply,
						processing.getIfAvailable(), redacted ? redactor : null);
			}

			@Bean
			@ConditionalOnCairn("doctor")
			Log4jLoggersCheck cairnLog4jLoggersCheck(Log4jEntries entries) {
				return new Log4jLoggersCheck(entries);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("logging")
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	@ConditionalOnBooleanProperty("cairn.logging.redact")
	static class RedactionConfiguration {

		@Bean
		LogbackRedaction cairnLogbackRedaction(Redactor redactor) {
			return new LogbackRedaction(redactor);
		}

	}

	/** Nothing is installed in the logging system without a processor. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("logging")
	@ConditionalOnBean(LogProcessor.class)
	static class ProcessorsConfiguration {

		@Bean
		LogProcessing cairnLogProcessing(ObjectProvider<LogProcessor> processors, Extensions extensions,
				Accounts accounts) {
			return new LogProcessing(processors.orderedStream().toList(), extensions, accounts.channel("log"));
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
		static class LogbackConfiguration {

			@Bean
			@Lazy(false)
			LogbackProcessing cairnLogbackProcessing(LogProcessing processing) {
				return new LogbackProcessing(processing);
			}

		}

	}

}

package dev.cairn.spring.logging;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
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
	SignalListener cairnLogRules(LogRulesProperties properties, ObjectProvider<Cairn> cairn, Extensions extensions) {
		List<LogRule> rules = properties.toRules();
		return rules.isEmpty() ? new SignalListener() {
		} : new LogRules(rules, SingletonSupplier.of(cairn::getObject), extensions);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	@ConditionalOnBean(Cairn.class)
	@EnableConfigurationProperties(LoggedFailuresProperties.class)
	static class CaptureConfiguration {

		/** Entries are passed on to listeners even if failures are not captured. */
		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean
		LogbackCapture cairnLogEntryAppender(Cairn cairn, Incidents incidents, Signals signals, Redactor redactor,
				ObjectProvider<SignalListener> listeners, LoggedFailuresProperties properties,
				Environment environment) {
			boolean enabled = environment.getProperty("cairn.errors.enabled", Boolean.class, true);
			Logged captured = enabled ? properties.logged() : Logged.NONE;
			return new LogbackCapture(threshold(captured, listeners),
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
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	@ConditionalOnBean(LogProcessor.class)
	static class ProcessorsConfiguration {

		@Bean
		@Lazy(false)
		LogbackProcessing cairnLogProcessing(ObjectProvider<LogProcessor> processors, Extensions extensions) {
			return new LogbackProcessing(new LogProcessing(processors.orderedStream().toList(), extensions));
		}

	}

}

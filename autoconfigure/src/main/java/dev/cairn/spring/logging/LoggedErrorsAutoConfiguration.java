package dev.cairn.spring.logging;

import dev.cairn.Cairn;
import dev.cairn.incident.Incidents;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.logging.logback.LogEntryAppender;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for failures that are logged.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("errors")
@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
@ConditionalOnBooleanProperty(name = "cairn.errors.logged", matchIfMissing = true)
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(LoggedErrorsProperties.class)
public final class LoggedErrorsAutoConfiguration {

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	LogEntryAppender cairnLogEntryAppender(Cairn cairn, Incidents incidents, LoggedErrorsProperties properties) {
		return new LogEntryAppender(LoggedFailures.THRESHOLD,
				new LoggedFailures(cairn, incidents, properties.loggedTexts()));
	}

}

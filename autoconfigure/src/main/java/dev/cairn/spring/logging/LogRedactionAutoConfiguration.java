package dev.cairn.spring.logging;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for masking secrets in lines that
 * Logback writes by a pattern. Structured formats do this themselves.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("logging")
@ConditionalOnClass(LoggerContext.class)
@ConditionalOnBooleanProperty("cairn.logging.redact")
public final class LogRedactionAutoConfiguration {

	@Bean
	LogbackRedaction cairnLogbackRedaction(Redactor redactor) {
		return new LogbackRedaction(redactor);
	}

}

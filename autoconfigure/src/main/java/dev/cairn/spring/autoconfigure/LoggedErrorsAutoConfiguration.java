package dev.cairn.spring.autoconfigure;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.Cairn;
import dev.cairn.IncidentRecorder;
import dev.cairn.spring.logging.IncidentAppender;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the failures that are logged.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("errors")
@ConditionalOnClass(LoggerContext.class)
@ConditionalOnBooleanProperty(name = "cairn.errors.logged", matchIfMissing = true)
@ConditionalOnBean(Cairn.class)
@Conditional(OnLogbackCondition.class)
@EnableConfigurationProperties(ErrorsProperties.class)
public final class LoggedErrorsAutoConfiguration {

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	IncidentAppender cairnIncidentAppender(Cairn cairn, IncidentRecorder incidents, ErrorsProperties properties) {
		return new IncidentAppender((LoggerContext) LoggerFactory.getILoggerFactory(), cairn, incidents,
				properties.loggedTexts());
	}

}

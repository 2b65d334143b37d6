package dev.cairn.spring.tracing;

import dev.cairn.Cairn;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the failures of scheduled
 * methods, where Micrometer observes them. Where it does not, Spring's line at ERROR
 * tells of them.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("errors")
@ConditionalOnClass({ ObservationHandler.class, ScheduledTaskObservationContext.class })
@ConditionalOnBean(Cairn.class)
public final class ScheduledErrorsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ScheduledErrors cairnScheduledErrors(Cairn cairn) {
		return new ScheduledErrors(cairn);
	}

}

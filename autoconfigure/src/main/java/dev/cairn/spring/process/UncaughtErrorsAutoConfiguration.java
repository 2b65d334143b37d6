package dev.cairn.spring.process;

import dev.cairn.Cairn;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the failures that end a thread.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "errors", property = "cairn.errors.uncaught")
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(UncaughtErrorsProperties.class)
public final class UncaughtErrorsAutoConfiguration {

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	UncaughtExceptions cairnUncaughtExceptions(Cairn cairn) {
		return new UncaughtExceptions(cairn);
	}

}

package dev.cairn.spring.logging;

import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.context.SignalListener;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for metrics and messages from log
 * entries, and for their processors.
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

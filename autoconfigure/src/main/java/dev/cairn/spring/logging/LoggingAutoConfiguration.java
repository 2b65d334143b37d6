package dev.cairn.spring.logging;

import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.context.SignalListener;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for metrics and messages from log
 * entries.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@EnableConfigurationProperties(LogRulesProperties.class)
public final class LoggingAutoConfiguration {

	/** Without rules, it does not receive log entries. */
	@Bean
	@ConditionalOnCairn("logging")
	SignalListener cairnLogRules(LogRulesProperties properties, ObjectProvider<Cairn> cairn) {
		List<LogRule> rules = properties.toRules();
		return rules.isEmpty() ? new SignalListener() {
		} : new LogRules(rules, SingletonSupplier.of(cairn::getObject));
	}

}

package dev.cairn.spring.autoconfigure;

import dev.cairn.Deferral;
import dev.cairn.spring.transaction.TransactionDeferral;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for events that wait for the end of
 * Spring's transactions.
 */
@AutoConfiguration
@ConditionalOnCairn
@ConditionalOnClass(TransactionSynchronization.class)
@EnableConfigurationProperties(EventsProperties.class)
public final class TransactionsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Deferral cairnTransactionDeferral(EventsProperties properties) {
		return new TransactionDeferral(properties.checkedMaxHeld());
	}

}

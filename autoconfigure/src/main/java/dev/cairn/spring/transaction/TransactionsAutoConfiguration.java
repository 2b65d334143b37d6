package dev.cairn.spring.transaction;

import dev.cairn.TransactionScope;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.transaction.TransactionsProperties.Transactions;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for events that wait for the end of
 * Spring's transactions.
 */
@AutoConfiguration
@ConditionalOnCairn
@ConditionalOnClass(TransactionSynchronization.class)
@EnableConfigurationProperties(TransactionsProperties.class)
public final class TransactionsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TransactionScope cairnTransactionScope(TransactionsProperties properties) {
		return new SpringTransactionScope(properties.checkedMaxHeld());
	}

	/** Comes first, so that the customizers of the application can override it. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean(name = "cairnTransactionsCustomizer")
	CairnBuilderCustomizer cairnTransactionsCustomizer(TransactionsProperties properties, TransactionScope scope) {
		return (builder) -> {
			if (properties.transactions() == Transactions.AFTER_COMMIT) {
				builder.transactions(scope);
			}
		};
	}

}

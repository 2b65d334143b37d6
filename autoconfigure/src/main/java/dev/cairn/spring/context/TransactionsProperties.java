package dev.cairn.spring.context;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of events that are published within a transaction.
 *
 * @param transactions When to send events that are published within a transaction.
 * @param maxHeld Maximum number of events that wait for the end of a transaction; further
 * events are dropped.
 */
@ConfigurationProperties("cairn.events")
record TransactionsProperties(@DefaultValue("after-commit") Transactions transactions,
		@DefaultValue("1000") int maxHeld) {

	private static final int MOST_HELD = 1_000_000;

	int checkedMaxHeld() {
		InvalidProperty.requireRange("cairn.events.max-held", this.maxHeld, this.maxHeld, 1, MOST_HELD);
		return this.maxHeld;
	}

	/**
	 * When to send events that are published within a transaction.
	 */
	enum Transactions {

		/** After the commit. If the transaction is rolled back, they are dropped. */
		AFTER_COMMIT,

		/** At once, even if the transaction is rolled back later. */
		IMMEDIATELY

	}

}

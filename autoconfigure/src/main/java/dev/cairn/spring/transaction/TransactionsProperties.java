package dev.cairn.spring.transaction;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Events that are published within a transaction.
 *
 * @param transactions When events are sent that are published within a transaction.
 * @param maxHeld Number of events that wait for the end of one transaction at the most;
 * further ones are dropped.
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
	 * When events are sent that are published within a transaction.
	 */
	enum Transactions {

		/** When it was committed; otherwise they are dropped. */
		AFTER_COMMIT,
		/** At once, whatever becomes of it. */
		IMMEDIATELY

	}

}

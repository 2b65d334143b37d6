package dev.cairn.spring.context;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of events that are published within a transaction.
 *
 * @param transactions When to send events that are published within a transaction.
 * @param maxHeld Maximum number of events in memory that wait for the end of a
 * transaction. Further ones wait on the disk with Kafka's spool, and are dropped without.
 * @param maxHeldSize Maximum estimated memory of the events of a transaction.
 */
@ConfigurationProperties("cairn.events")
record TransactionsProperties(@DefaultValue("after-commit") Transactions transactions,
		@DefaultValue("1000") int maxHeld, @DefaultValue("16MB") DataSize maxHeldSize) {

	private static final int MOST_HELD = 1_000_000;

	int checkedMaxHeld() {
		InvalidProperty.requireRange("cairn.events.max-held", this.maxHeld, this.maxHeld, 1, MOST_HELD);
		return this.maxHeld;
	}

	long checkedMaxHeldSize() {
		InvalidProperty.requireRange("cairn.events.max-held-size", this.maxHeldSize, this.maxHeldSize.toBytes(), 1,
				Long.MAX_VALUE);
		return this.maxHeldSize.toBytes();
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

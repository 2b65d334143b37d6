package dev.cairn;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A read-only view of the account of every channel. For each channel <pre>
 * offered = sampled out + filtered + delivered + held + the sum of dropped
 * </pre> holds at every moment. Thread-safe.
 */
public interface Ledger {

	/**
	 * Returns the balance of every channel.
	 * @return balances by name, in the order of the names
	 */
	Map<String, Balance> balances();

	/**
	 * Returns the account of failures.
	 * @return the account
	 */
	IncidentAccount incidents();

	/**
	 * Returns how often filters, enrichers, listeners and sinks have thrown an exception.
	 * @return counts by extension, in the order of the names
	 */
	Map<String, Long> failures();

	/**
	 * The state of a channel.
	 */
	enum State {

		/** The last delivery succeeded, or none was attempted yet. */
		UP,
		/** The last delivery failed and is retried. */
		DEGRADED,
		/** Several deliveries in a row have failed. */
		DOWN,
		/** Closed. */
		OFF

	}

	/**
	 * The balance of a channel, in messages or lines.
	 *
	 * @param state the state of the channel
	 * @param offered messages routed to the channel
	 * @param sampledOut messages that the sampler did not keep
	 * @param filtered messages that a filter did not accept
	 * @param accepted messages that the sink accepted
	 * @param delivered messages that the destination accepted
	 * @param held messages that are neither delivered nor dropped yet
	 * @param spooled held messages that are on disk
	 * @param dropped lost messages by reason
	 * @param truncated delivered messages that were shortened
	 * @param notPersisted messages accepted in memory that should have been on disk
	 * @param lastError the last failure, or {@code null} if there was none
	 */
	record Balance(State state, long offered, long sampledOut, long filtered, long accepted, long delivered, long held,
			long spooled, Map<DropReason, Long> dropped, long truncated, long notPersisted,
			@Nullable String lastError) {

		/**
		 * Returns the number of lost messages.
		 * @return the sum over all reasons
		 */
		public long droppedTotal() {
			return this.dropped.values().stream().mapToLong(Long::longValue).sum();
		}

	}

}

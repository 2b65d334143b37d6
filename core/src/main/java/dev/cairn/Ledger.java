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
	 * How a channel is.
	 */
	enum State {

		/** The last delivery went well, or none was tried yet. */
		UP,
		/** The last delivery failed and is tried again. */
		DEGRADED,
		/** Several deliveries in a row have failed. */
		DOWN,
		/** Closed. */
		OFF

	}

	/**
	 * What a channel has counted, in messages (or lines).
	 *
	 * @param state how the channel is
	 * @param offered what was routed to it
	 * @param sampledOut what the sampler did not keep
	 * @param filtered what a filter did not keep
	 * @param accepted what the sink took
	 * @param delivered what the destination took
	 * @param held what is neither delivered nor dropped yet
	 * @param spooled how many of the held ones are on a disk
	 * @param dropped what was lost, by reason
	 * @param truncated how many of the delivered ones were shortened
	 * @param notPersisted how many were accepted without being on the disk, as they
	 * should
	 * @param lastError the last failure; {@code null} when there was none
	 */
	record Balance(State state, long offered, long sampledOut, long filtered, long accepted, long delivered, long held,
			long spooled, Map<DropReason, Long> dropped, long truncated, long notPersisted,
			@Nullable String lastError) {

		/**
		 * Return the number of lost messages.
		 * @return the sum over all reasons
		 */
		public long droppedTotal() {
			return this.dropped.values().stream().mapToLong(Long::longValue).sum();
		}

	}

}

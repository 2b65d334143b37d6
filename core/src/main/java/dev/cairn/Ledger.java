package dev.cairn;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

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
	Incidents incidents();

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

	/**
	 * A read-only view of the account of failures: each failure counts once, however many
	 * layers report it, and has exactly one outcome. Thread-safe.
	 */
	interface Incidents {

		/**
		 * Returns the balance. The outcomes are read before the failures, so that a
		 * failure that is counted meanwhile shows as held and never twice.
		 * @return the balance
		 */
		Balance balance();

		/**
		 * Registers a listener for types of failures. It is called at once for the types
		 * that are known, and later by the thread that reports the first failure of a
		 * type.
		 * @param listener the listener; it may receive a type twice
		 */
		void onType(Consumer<Type> listener);

		/**
		 * The counts: {@code failures} is the sum of {@code sampledOut}, {@code grouped},
		 * {@code recovered}, {@code sent}, {@code refused} and {@code held}.
		 *
		 * @param failures failures, each once
		 * @param repeated further reports of the same failures
		 * @param sampledOut failures that the sampling rules do not keep
		 * @param grouped failures for which the message of another one stands
		 * @param recovered failures whose work succeeded in a later attempt
		 * @param sent failures whose message a sink accepted
		 * @param refused failures whose message no sink accepted; the channels have the
		 * reason
		 * @param held failures whose message waits for its turn
		 * @param types failures by the name of their class
		 */
		record Balance(long failures, long repeated, long sampledOut, long grouped, long recovered, long sent,
				long refused, long held, Map<String, Long> types) {

			/** The balance without any failure. */
			public static final Balance EMPTY = new Balance(0, 0, 0, 0, 0, 0, 0, 0, Map.of());

		}

		/**
		 * A type of failure and its number.
		 *
		 * @param name the name of the class
		 * @param count the number of failures, which grows
		 */
		record Type(String name, LongAdder count) {
		}

	}

	/**
	 * Why a message was lost.
	 */
	enum DropReason {

		/** The queue was full. */
		OVERFLOW,
		/**
		 * It exceeds the maximum size of the destination and cannot be shortened further.
		 */
		OVERSIZE,
		/** It could not be written in the destination's format. */
		UNENCODABLE,
		/** The destination rejected it permanently. */
		REJECTED,
		/**
		 * The destination rejected it permanently, and it was written to the dead letter
		 * file.
		 */
		DEAD_LETTER,
		/** It was on disk and cannot be read; the file was set aside. */
		CORRUPT,
		/** The destination was unavailable for longer than the maximum retry time. */
		EXPIRED,
		/** The service stopped before it could be delivered. */
		SHUTDOWN,
		/** The transaction in which it was published was not committed. */
		ROLLED_BACK,
		/** The transaction in which it was published holds too many events. */
		TRANSACTION_FULL,
		/** No route leads to a sink. */
		NO_ROUTE,
		/** The collector refused it: it is invalid, or its sender may not send it. */
		REFUSED,
		/** Its sender has sent more than its key allows. The sender may send it again. */
		RATE_LIMITED,
		/**
		 * It was published by code that Cairn had called, such as an extension that was
		 * called for the message of another one, or by a thread of Cairn.
		 */
		REENTRANT,
		/** Cairn or an extension failed; the first failure is logged. */
		ERROR;

		private final String wireName = name().toLowerCase(Locale.ROOT);

		/**
		 * Returns the name as the endpoint and the meters write it.
		 * @return the lower-case name
		 */
		public String wireName() {
			return this.wireName;
		}

	}

}

package dev.cairn;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A read-only view of the account of failures: each failure counts once, however many
 * layers report it, and has exactly one outcome. Thread-safe.
 */
public interface IncidentAccount {

	/**
	 * Returns the balance. The outcomes are read before the failures, so that a failure
	 * that is counted meanwhile shows as held and never twice.
	 * @return the balance
	 */
	Balance balance();

	/**
	 * Registers a listener for types of failures. It is called at once for the types that
	 * are known, and later by the thread that reports the first failure of a type.
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
	record Balance(long failures, long repeated, long sampledOut, long grouped, long recovered, long sent, long refused,
			long held, Map<String, Long> types) {

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

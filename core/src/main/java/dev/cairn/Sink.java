package dev.cairn;

import java.time.Duration;

/**
 * A destination with its account in the {@link Ledger}. Called by any number of threads
 * at once, on the callers' threads: {@link #offer} must not block. Every object that is
 * offered ends as delivered or dropped in the account, exactly once. Most destinations
 * are an {@code AsyncSink} over a sender.
 *
 * @param <T> what it takes: messages, or lines of another protocol
 */
public interface Sink<T> {

	/**
	 * Return the account, whose name is the name of the sink.
	 * @return the account
	 */
	Ledger.Channel channel();

	/**
	 * Take an object, which the caller has counted as offered.
	 * @param item what to deliver
	 * @return whether it was accepted; when not, the sink has counted why
	 */
	boolean offer(T item);

	/**
	 * Wait until what was accepted so far is delivered or dropped.
	 * @param timeout how long to wait at the most
	 * @return whether nothing is held any more
	 */
	boolean flush(Duration timeout);

	/**
	 * Deliver what is held, within the timeout, count the rest as dropped, and refuse
	 * what comes later. Further calls do nothing.
	 * @param timeout how long it may take
	 */
	void close(Duration timeout);

}

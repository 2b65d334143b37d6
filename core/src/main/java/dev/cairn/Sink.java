package dev.cairn;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

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
	 * Take along what only the calling thread can see, such as a scope bound to it, for
	 * an object that will be offered later. Must not block.
	 * @param item what will be offered
	 * @return what {@link #offer(Object, Object)} is given; {@code null} for nothing
	 */
	default @Nullable Object snapshot(T item) {
		return null;
	}

	/**
	 * Take an object that was made ready before, maybe by another thread.
	 * @param item what to deliver, which the caller has counted as offered
	 * @param snapshot what {@link #snapshot(Object)} has returned
	 * @return whether it was accepted; when not, the sink has counted why
	 */
	default boolean offer(T item, @Nullable Object snapshot) {
		return offer(item);
	}

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

package dev.cairn.delivery;

import java.util.List;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The technology at the end of an {@link AsyncSink}. The sink's thread calls
 * {@link #submit}, {@link #settle} and {@link #close}. It may be interrupted in the first
 * two when the time to close is over. Further batches may be submitted before the first
 * one is settled.
 */
public interface Destination extends AutoCloseable {

	/**
	 * Hands a batch over to the destination, in order. Deliveries may be settled here,
	 * one by one, or in {@link #settle}.
	 * @param batch at least one delivery, none of them settled
	 * @throws Exception if the destination is unavailable; deliveries that are not
	 * settled are submitted again later
	 */
	void submit(List<Delivery> batch) throws Exception;

	/**
	 * Waits for the outcome of a batch. Called once for each batch that was submitted, in
	 * the order of submission, even if {@link #submit} has thrown an exception. When this
	 * method returns, deliveries that are not settled count as delivered, unless
	 * {@link #submit} has thrown an exception. If a delivery has failed, the younger ones
	 * of its lane that were submitted before must not reach the destination ahead of it.
	 * @param batch the batch
	 * @throws Exception if the destination is unavailable; deliveries that are not
	 * settled are submitted again later
	 */
	default void settle(List<Delivery> batch) throws Exception {
	}

	/**
	 * Returns the lane of a message. Messages of a lane are delivered in order; a lane
	 * that fails does not hold up the others.
	 * @param message the message
	 * @return the lane, comparable by {@code equals}; {@code null} if the destination has
	 * one lane only, or if the lane is unknown
	 */
	default @Nullable Object lane(Message message) {
		return null;
	}

	/**
	 * Captures what only the publishing thread can see. Called by that thread; must not
	 * block.
	 * @param message the message
	 * @return the result of {@link Delivery#context()}; {@code null} for none
	 */
	default @Nullable Object context(Message message) {
		return null;
	}

	/**
	 * Releases all resources. Called once, after the last batch.
	 * @throws Exception if that fails; the exception is logged
	 */
	@Override
	default void close() throws Exception {
	}

}

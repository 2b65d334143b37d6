package dev.cairn.delivery;

import java.util.List;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The technology at the end of an {@link AsyncSink}. One thread of the sink at a time
 * calls {@link #submit}, {@link #settle} and {@link #close}. It may be interrupted in the
 * first two when the time to stop is over. Further batches may be submitted before the
 * first one is settled. A new destination has nothing open; {@link #submit} opens what it
 * needs.
 */
public interface Destination extends AutoCloseable {

	/**
	 * Hands a batch over to the destination, in order. Deliveries may be settled here,
	 * one by one, later by any thread, or in {@link #settle}.
	 * @param batch at least one delivery, none of them settled
	 * @throws Exception if the destination is unavailable; deliveries that are not
	 * settled are submitted again later
	 */
	void submit(List<Delivery> batch) throws Exception;

	/**
	 * Waits for the outcome of a batch, oldest first. Called until it has returned
	 * {@code true} or thrown an exception, even if {@link #submit} has thrown one.
	 * Deliveries that are not settled count as delivered then, unless one of both methods
	 * has thrown an exception. If a delivery has failed, the younger ones of its lane
	 * that were submitted before must not reach the destination ahead of it.
	 * @param batch the batch
	 * @param nanos the maximum time to wait before other lanes go on, in nanoseconds; a
	 * destination with one lane may wait longer
	 * @return whether the outcome is there
	 * @throws Exception if the destination is unavailable; deliveries that are not
	 * settled are submitted again later
	 */
	default boolean settle(List<Delivery> batch, long nanos) throws Exception {
		return true;
	}

	/**
	 * Returns the lanes of a message, the narrowest first, such as a partition and its
	 * topic. Messages of a lane are delivered in order; a lane that fails does not hold
	 * up the others. A message fails in its narrowest lane, and waits for each of its
	 * lanes.
	 * @param message the message
	 * @return the lanes, comparable by {@code equals}, named as the log names them; empty
	 * if the destination has one lane only, or if nothing is known about it
	 */
	default List<?> lanes(Message message) {
		return List.of();
	}

	/**
	 * Keeps a message that is given up, as a dead letter.
	 * @param message the message
	 * @param reason why it is given up
	 * @return whether it is kept
	 */
	default boolean keep(Message message, String reason) {
		return false;
	}

	/**
	 * Captures what only the publishing thread can see. Called by that thread; must not
	 * block.
	 * @param message the message
	 * @return the result of {@link Delivery#context()}; {@code null} for none,
	 * {@link Sink#REFUSED} if the destination will not accept the message
	 */
	default @Nullable Object context(Message message) {
		return null;
	}

	/**
	 * Releases all resources, until a batch is submitted again.
	 * @throws Exception if that fails; the exception is logged
	 */
	@Override
	default void close() throws Exception {
	}

}

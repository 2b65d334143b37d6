package dev.cairn.delivery;

import java.util.List;

/**
 * The messages that a sink has accepted and not delivered yet. Any thread offers; the
 * thread of the sink takes batches and returns each of them, settled or given back.
 */
interface Backlog {

	/**
	 * Starts what runs beside the thread of the sink.
	 */
	default void start() {
	}

	/**
	 * Accepts a message if there is room. May block the caller only as far as the options
	 * ask for it.
	 * @param outgoing the message
	 * @return whether it was accepted; if not, the loss is counted
	 */
	boolean offer(Outgoing outgoing);

	/**
	 * Returns the next batch, and passes over lanes that wait for a retry. Never blocks.
	 * @param most the maximum number of deliveries
	 * @return the oldest deliveries; empty if there are none at present
	 */
	List<Delivery> next(int most);

	/**
	 * Called when all deliveries of a batch are settled.
	 * @param batch the list that {@link #next} has returned
	 */
	void settled(List<Delivery> batch);

	/**
	 * Drops deliveries that were tried for too long.
	 * @param deliveries deliveries that have failed, settled ones among them
	 */
	void expire(List<Delivery> deliveries);

	/**
	 * Returns whether a lane has failed and not succeeded since.
	 * @return whether something is being retried
	 */
	boolean isRetrying();

	/**
	 * Takes back what could not be delivered. Its lanes wait before they are tried again.
	 * @param batches the deliveries of all batches that are on their way, in order,
	 * settled ones among them
	 */
	void giveBack(List<Delivery> batches);

	/**
	 * Returns how long {@link #next} has to wait for a lane.
	 * @return nanoseconds; {@link Long#MAX_VALUE} if nothing waits for a time
	 */
	long nanosUntilNext();

	/**
	 * Returns whether the sink may sleep until something is offered.
	 * @return whether nothing waits in memory
	 */
	boolean isQueueEmpty();

	/**
	 * Returns whether the first half of the memory has just been filled.
	 * @return whether the sink should be woken up
	 */
	boolean hasJustBecomeHalfFull();

	/**
	 * Returns how many messages are held, including those on their way.
	 * @return a number that changes all the time
	 */
	long size();

	/**
	 * Returns whether the rest is better kept on disk than sent when the sink closes.
	 * @return whether the disk is in use
	 */
	boolean keepsRest();

	/**
	 * Stores what can be stored, and stops.
	 * @param onTheirWay the deliveries that the sink has taken, in order
	 * @param deadline when to give up, in terms of {@link System#nanoTime()}
	 * @return how many messages are kept on disk
	 */
	long close(List<Delivery> onTheirWay, long deadline);

	/**
	 * Drops what is left in memory after {@link #close}, and what is offered too late.
	 */
	void abandon();

}

package dev.cairn.delivery;

/**
 * What gives way when the queue is full.
 */
public enum Overflow {

	/** What is offered is refused; what waits is kept. */
	DROP_NEWEST,
	/** What waits longest is dropped; what is offered is taken. */
	DROP_OLDEST,
	/**
	 * Who offers waits for room, for a bounded time, and is refused then. The one case in
	 * which Cairn holds up its caller, for those who ask for it.
	 */
	BLOCK

}

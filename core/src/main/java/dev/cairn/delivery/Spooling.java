package dev.cairn.delivery;

import dev.cairn.encoding.MessageCodec;

/**
 * How an {@link AsyncSink} uses a disk.
 *
 * @param spool keeps the records
 * @param codec turns objects into records and back
 * @param durable whether everything goes to the disk first, so that who offers it knows
 * that it survives the death of the process; it waits for that
 * @param replayPerSecond how many records are taken from the disk a second, at the most;
 * always twice as many as come in
 */
public record Spooling(Spool spool, MessageCodec codec, boolean durable, int replayPerSecond) {

	/**
	 * Checks the rate.
	 * @throws IllegalArgumentException when it is not positive
	 */
	public Spooling {
		if (replayPerSecond <= 0) {
			throw new IllegalArgumentException("replayPerSecond must be positive, but was " + replayPerSecond);
		}
	}

}

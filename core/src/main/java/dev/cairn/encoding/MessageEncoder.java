package dev.cairn.encoding;

import dev.cairn.Message;

/**
 * Writes messages in the format of a wire. Must be thread-safe.
 */
public interface MessageEncoder {

	/**
	 * Write a message as one line of UTF-8, without the line's end.
	 * @param message the message
	 * @param maxBytes how long the line may be; what is longer is shortened, largest
	 * value first, and marked
	 * @return the line
	 * @throws MessageTooLargeException when nothing is left to shorten
	 */
	Encoded encode(Message message, int maxBytes) throws MessageTooLargeException;

	/**
	 * A message as it goes over the wire.
	 *
	 * @param bytes the line; owned by the receiver
	 * @param truncated whether something was shortened
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Encoded(byte[] bytes, boolean truncated) {
	}

}

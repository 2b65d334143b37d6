package dev.cairn.delivery;

import dev.cairn.Message;

/**
 * Keeps the messages that a destination will never take, for people to look at. Called by
 * the threads of sinks.
 */
@FunctionalInterface
public interface DeadLetters {

	/** Keeps none. */
	DeadLetters NONE = (message, reason) -> false;

	/**
	 * Keep a message.
	 * @param message the message
	 * @param reason why it was refused
	 * @return whether it is kept
	 */
	boolean keep(Message message, String reason);

}

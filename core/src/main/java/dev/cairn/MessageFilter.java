package dev.cairn;

/**
 * Decides which messages are sent. Called on the caller's thread, before the enrichers,
 * in order, until one does not accept the message, which is then counted as
 * {@code filtered}. Must be thread-safe and quick. If it throws, that is counted and
 * logged, and the message is accepted.
 */
@FunctionalInterface
public interface MessageFilter {

	/**
	 * Returns whether to send the message.
	 * @param message the message
	 * @return {@code false} to drop it
	 */
	boolean accept(Message message);

}

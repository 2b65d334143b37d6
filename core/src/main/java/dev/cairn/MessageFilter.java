package dev.cairn;

/**
 * Says no to messages. Called on the caller's thread, before enrichers, in order; one no
 * is enough, and it is counted as {@code filtered}. Must be thread-safe and quick. One
 * that throws is reported once and counts as a yes.
 */
@FunctionalInterface
public interface MessageFilter {

	/**
	 * Whether to keep the message.
	 * @param message what was published
	 * @return {@code false} to drop it
	 */
	boolean accept(Message message);

}

package dev.cairn;

/**
 * Is told of every message that is kept and goes somewhere, as it is offered to its
 * sinks, on the thread that publishes it: to count, or to show what happens. Must be
 * thread-safe and must not block; what it throws is counted and logged.
 */
@FunctionalInterface
public interface MessageListener {

	/**
	 * Take notice of a message.
	 * @param message the message
	 */
	void published(Message message);

}

package dev.cairn;

/**
 * Adds to messages what the caller does not know, such as the tenant. Called on the
 * caller's thread, after the filters, in order. What it adds is redacted like everything
 * else. Must be thread-safe and quick. One that throws is reported once, and the message
 * goes on without it.
 */
@FunctionalInterface
public interface MessageEnricher {

	/**
	 * Add to the message.
	 * @param message the message before it is built
	 */
	void enrich(Event message);

}

package dev.cairn;

/**
 * Adds fields to messages, such as the tenant. Called on the caller's thread, after the
 * filters, in order. Its fields are redacted like all others. Must be thread-safe and
 * quick. If it throws, that is counted and logged, and the message is sent without its
 * fields.
 */
@FunctionalInterface
public interface MessageEnricher {

	/**
	 * Adds fields to the message.
	 * @param message the message, which must not be published here
	 */
	void enrich(Event message);

}

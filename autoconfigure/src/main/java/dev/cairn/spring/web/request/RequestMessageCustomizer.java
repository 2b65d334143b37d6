package dev.cairn.spring.web.request;

import dev.cairn.Event;

/**
 * Adds application-specific fields, such as the tenant, to the message of a request. A
 * customizer is called once the request has ended, on the thread that ended it, and only
 * for messages that are kept. It must be thread-safe and must not block. If it throws an
 * exception, the first one is logged and the message is published without its fields.
 */
@FunctionalInterface
public interface RequestMessageCustomizer {

	/**
	 * Customizes the message.
	 * @param message the message, which already has Cairn's own fields
	 * @param request the request and its response
	 */
	void customize(Event message, RequestFacts request);

}

package dev.cairn.spring.web.request;

import dev.cairn.Event;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Adds to the message of a request what the application knows of it, such as the tenant.
 * Called when the request has ended, on the thread that ended it, for messages that are
 * kept; those that are sampled out cost nothing more. Must be thread-safe and quick. One
 * that throws is reported once, and the message goes on without it.
 */
@FunctionalInterface
public interface RequestMessageCustomizer {

	/**
	 * Add to the message.
	 * @param message the message, with its own fields set
	 * @param request the request
	 * @param response the response, which may be committed
	 */
	void customize(Event message, HttpServletRequest request, HttpServletResponse response);

}

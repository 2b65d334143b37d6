package dev.cairn.spring.web.request;

import jakarta.servlet.http.HttpServletResponse;

/**
 * The response of a servlet container that serves a reactive application.
 */
final class ServletEngine {

	private ServletEngine() {
	}

	/** Returns whether the status can still change. */
	static boolean isOpen(Object response) {
		return response instanceof HttpServletResponse servlet && !servlet.isCommitted();
	}

}

package dev.cairn.spring.web.request;

import jakarta.servlet.http.HttpServletResponse;

/**
 * The servlet container that serves a reactive application.
 */
final class ServletEngine {

	private ServletEngine() {
	}

	/** Returns whether the status can still change. */
	static boolean isOpen(Object response) {
		return response instanceof HttpServletResponse servlet && !servlet.isCommitted();
	}

	/**
	 * Returns whether Jetty has lost the connection before the end of the request. Spring
	 * does not recognize this subclass by its name.
	 */
	static boolean isEarlyEnd(Throwable failure) {
		return failure.getClass().getSuperclass().getName().equals("org.eclipse.jetty.io.EofException");
	}

}

package dev.cairn.spring.web.request;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
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

	/**
	 * Calls back when the container ends a request. If the client has disconnected, it
	 * may do so without ending the response of Spring.
	 */
	static void onEnd(Object request, Runnable callback) {
		if (request instanceof HttpServletRequest servlet && servlet.isAsyncStarted()) {
			servlet.getAsyncContext().addListener(new Ending(callback));
		}
	}

	private record Ending(Runnable callback) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.callback.run();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

}

package dev.cairn.spring.web.request;

import jakarta.servlet.ServletContext;

import org.springframework.boot.web.servlet.ServletContextInitializer;

/**
 * Registers the listener of requests, unless a valve of Tomcat takes its place. Boot
 * would log that the registration of a listener is disabled.
 */
final class ServletListenerRegistration implements ServletContextInitializer {

	private final RequestFilter.Listener listener;

	private volatile boolean replaced;

	ServletListenerRegistration(RequestFilter.Listener listener) {
		this.listener = listener;
	}

	RequestFilter.Listener listener() {
		return this.listener;
	}

	/** Returns the listener, which the caller calls from now on. */
	RequestFilter.Listener replace() {
		this.replaced = true;
		return this.listener;
	}

	@Override
	public void onStartup(ServletContext context) {
		if (!this.replaced) {
			context.addListener(this.listener);
		}
	}

}

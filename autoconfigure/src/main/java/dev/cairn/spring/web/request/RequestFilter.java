package dev.cairn.spring.web.request;

import java.io.IOException;

import dev.cairn.Trace;
import dev.cairn.TraceSource;
import dev.cairn.spring.web.error.RequestError;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Times every request, from its first dispatch to the end of its last one, and publishes
 * one {@code http.request} message for it. The metric of the same request is Boot's
 * {@code http.server.requests}.
 */
public final class RequestFilter extends OncePerRequestFilter {

	private final RequestMessages messages;

	private final TraceSource trace;

	private final RequestExcludes excludes;

	/**
	 * Create a filter.
	 * @param messages publishes the messages
	 * @param trace knows the active trace
	 * @param excludes the requests to leave out
	 */
	public RequestFilter(RequestMessages messages, TraceSource trace, RequestExcludes excludes) {
		this.messages = messages;
		this.trace = trace;
		this.excludes = excludes;
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Exchange exchange = Exchange.of(request);
		if (exchange == null) {
			if (isExcluded(request)) {
				chain.doFilter(request, response);
				return;
			}
			exchange = Exchange.start(this.messages, request, activeTrace());
		}
		serve(exchange, request, response, chain);
	}

	/** What was left out when it came is left out to its end, wherever that leads. */
	private boolean isExcluded(HttpServletRequest request) {
		return request.getDispatcherType() == DispatcherType.ASYNC || this.excludes.contain(request);
	}

	private static void serve(Exchange exchange, HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		boolean failed = true;
		try {
			chain.doFilter(request, response);
			failed = false;
		}
		finally {
			if (!failed && request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new EndOfAsync(exchange, request, response));
			}
			else {
				exchange.end(request, response, failed);
			}
		}
	}

	/** A tracer that fails must not fail the request. */
	private @Nullable Trace activeTrace() {
		try {
			return this.trace.current();
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Ends the exchange when the container has completed it, in case no further dispatch
	 * comes through the filter, as with a stream of events.
	 */
	private static final class EndOfAsync implements AsyncListener {

		private final Exchange exchange;

		private final HttpServletRequest request;

		private final HttpServletResponse response;

		EndOfAsync(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
			this.exchange = exchange;
			this.request = request;
			this.response = response;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			this.exchange.end(this.request, this.response, false);
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
			RequestError.note(this.request, event.getThrowable());
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}

package dev.cairn.spring.web;

import java.io.IOException;
import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.Trace;
import dev.cairn.TraceSource;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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

	private final Cairn cairn;

	private final TraceSource trace;

	private final List<RequestMessageCustomizer> customizers;

	/**
	 * Create a filter.
	 * @param cairn takes the messages
	 * @param trace knows the active trace
	 * @param customizers add to the messages
	 */
	public RequestFilter(Cairn cairn, TraceSource trace, List<RequestMessageCustomizer> customizers) {
		this.cairn = cairn;
		this.trace = trace;
		this.customizers = List.copyOf(customizers);
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
			exchange = Exchange.start(this.cairn, request, activeTrace(), this.customizers);
		}
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

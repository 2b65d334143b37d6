package dev.cairn.spring.web.request;

import java.io.IOException;

import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Opens the unit of work of each request and ends it after the last dispatch. When the
 * unit ends, the message of the request is published.
 */
final class RequestFilter extends OncePerRequestFilter {

	private static final String ATTRIBUTE = RequestFilter.class.getName() + ".EXCHANGE";

	private static final String FILTERED = RequestFilter.class.getName() + ".FILTERED";

	/** Statuses from here on may lead to an error page with another one. */
	private static final int FIRST_ERROR = 400;

	private final Signals signals;

	private final RequestBeginnings beginnings;

	private final ClientDetails client;

	RequestFilter(Signals signals, RequestBeginnings beginnings, ClientDetails client) {
		this.signals = signals;
		this.beginnings = beginnings;
		this.client = client;
	}

	@Override
	protected String getAlreadyFilteredAttributeName() {
		return FILTERED;
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ServletExchange exchange = (ServletExchange) request.getAttribute(ATTRIBUTE);
		if (exchange == null) {
			exchange = new ServletExchange(this.signals, new ServletRequestFacts(request, response, this.client),
					false);
			request.setAttribute(ATTRIBUTE, exchange);
		}
		exchange.facts.attach(request, response);
		try (UnitOfWork.Scope scope = exchange.open()) {
			if (!exchange.begun) {
				this.beginnings.begin(exchange, exchange.facts, (request.getAttribute(
						ServerHttpObservationFilter.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE) instanceof Observation.Context context)
								? context : null);
			}
			// The container may have reset the response for an error page
			this.beginnings.writeTraceHeader(exchange.unit, (name, value) -> {
				if (!response.containsHeader(name)) {
					response.setHeader(name, value);
				}
			});
			serve(exchange, request, response, chain);
		}
	}

	private static void serve(ServletExchange exchange, HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		boolean last = !exchange.endedByContainer || ServletRequestFacts.isErrorPage(request);
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			exchange.facts.failed(ex);
			if (last) {
				exchange.end();
			}
			throw ex;
		}
		if (request.isAsyncStarted()) {
			request.getAsyncContext().addListener(exchange);
		}
		else if (last || response.getStatus() < FIRST_ERROR) {
			exchange.end();
		}
	}

	/**
	 * Makes the request available to the filters that come first and to the container.
	 * Ends the requests that may have an error page after the container has answered
	 * them, so that the status and the size of the page are known.
	 */
	record Listener(Signals signals, ClientDetails client) implements ServletRequestListener {

		@Override
		public void requestInitialized(ServletRequestEvent event) {
			initialized(event.getServletRequest());
		}

		@Override
		public void requestDestroyed(ServletRequestEvent event) {
			destroyed(event.getServletRequest());
		}

		void initialized(ServletRequest request) {
			if (request instanceof HttpServletRequest http && request.getAttribute(ATTRIBUTE) == null) {
				// The thread of the container may still be in another request
				UnitOfWork.leaveAll();
				ServletExchange exchange = new ServletExchange(this.signals,
						new ServletRequestFacts(http, null, this.client), true);
				request.setAttribute(ATTRIBUTE, exchange);
				// Left by the filter, or when the request is destroyed
				exchange.openEarly();
			}
		}

		void destroyed(ServletRequest request) {
			if (request.getAttribute(ATTRIBUTE) instanceof ServletExchange exchange) {
				if (!exchange.begun) {
					exchange.leaveEarly();
				}
				else if (!request.isAsyncStarted()) {
					exchange.dispatched = true;
					if (!exchange.facts.isErrorPageToCome()) {
						end(exchange);
					}
				}
			}
		}

		/** Ends the request if no error page has followed. */
		void beforeCommit(ServletRequest request) {
			if (request.getAttribute(ATTRIBUTE) instanceof ServletExchange exchange && exchange.dispatched
					&& exchange.facts.isErrorPageToCome()) {
				end(exchange);
			}
		}

		/** Ends the request if the response was committed before that. */
		void completed(ServletRequest request) {
			if (request.getAttribute(ATTRIBUTE) instanceof ServletExchange exchange && exchange.begun) {
				end(exchange);
			}
		}

		private static void end(ServletExchange exchange) {
			if (!exchange.published) {
				exchange.facts.answered();
				exchange.endInUnit();
			}
		}

	}

}

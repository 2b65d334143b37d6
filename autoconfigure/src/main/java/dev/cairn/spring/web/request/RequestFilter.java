package dev.cairn.spring.web.request;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.cairn.IncidentEnricher;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

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

	private final Extensions extensions;

	private final Trace.Source trace;

	private final @Nullable RequestMessages messages;

	private final Predicate<String> excludes;

	private final ClientDetails client;

	/** Those that Cairn does not have, because a parent context owns it. */
	private final Supplier<List<Named<IncidentEnricher>>> enrichers;

	RequestFilter(Signals signals, Extensions extensions, Trace.Source trace, @Nullable RequestMessages messages,
			Predicate<String> excludes, ClientDetails client, Supplier<List<Named<IncidentEnricher>>> enrichers) {
		this.signals = signals;
		this.extensions = extensions;
		this.trace = trace;
		this.messages = messages;
		this.excludes = excludes;
		this.client = client;
		this.enrichers = enrichers;
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
		Exchange exchange = (Exchange) request.getAttribute(ATTRIBUTE);
		if (exchange == null) {
			exchange = new Exchange(this.signals, new ServletRequestFacts(request, response, this.client), false);
			request.setAttribute(ATTRIBUTE, exchange);
		}
		exchange.facts.attach(request, response);
		if (!exchange.begun) {
			begin(exchange);
		}
		try (UnitOfWork.Scope scope = exchange.unit.open()) {
			serve(exchange, request, response, chain);
		}
	}

	private void begin(Exchange exchange) {
		leave(exchange.unit);
		exchange.messages = this.excludes.test(exchange.facts.path()) ? null : this.messages;
		exchange.begun = true;
		exchange.unit.set(UnitOfWork.INCIDENT_ENRICHERS, this.enrichers.get());
		exchange.unit.begin(this.extensions.get("the trace source", this.trace::current));
	}

	private static void leave(UnitOfWork early) {
		if (UnitOfWork.current() == early) {
			UnitOfWork.setCurrent(null);
		}
	}

	private static void serve(Exchange exchange, HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		boolean last = !exchange.endedByContainer || request.getDispatcherType() == DispatcherType.ERROR;
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
			if (event.getServletRequest() instanceof HttpServletRequest request
					&& request.getAttribute(ATTRIBUTE) == null) {
				Exchange exchange = new Exchange(this.signals, new ServletRequestFacts(request, null, this.client),
						true);
				request.setAttribute(ATTRIBUTE, exchange);
				// Left by the filter, or when the request is destroyed
				exchange.unit.open();
			}
		}

		@Override
		public void requestDestroyed(ServletRequestEvent event) {
			if (event.getServletRequest().getAttribute(ATTRIBUTE) instanceof Exchange exchange) {
				if (!exchange.begun) {
					leave(exchange.unit);
				}
				else if (!exchange.published) {
					exchange.facts.answered();
					exchange.endInUnit();
				}
			}
		}

	}

	/**
	 * A request and its response. It ends at the latest when the container has completed
	 * the asynchronous processing, because a stream of events has no further dispatch.
	 */
	private static final class Exchange implements AsyncListener {

		private final ServletRequestFacts facts;

		private final UnitOfWork unit;

		/** Whether the container reports the end of the request. */
		private final boolean endedByContainer;

		private final long start = System.nanoTime();

		private final AtomicBoolean ended = new AtomicBoolean();

		/** {@code null} if no message is published. */
		private volatile @Nullable RequestMessages messages;

		/** Whether the filter was reached. */
		private volatile boolean begun;

		/** Until then, the thread that ends the request reads its facts. */
		private volatile boolean published;

		Exchange(Signals signals, ServletRequestFacts facts, boolean endedByContainer) {
			this.facts = facts;
			this.unit = signals.prepare(UnitOfWork.Kind.REQUEST, Message.TYPE_HTTP_REQUEST);
			this.unit.set(RequestFacts.KEY, facts);
			this.endedByContainer = endedByContainer;
		}

		/** Ends the unit of work once; an error page may be dispatched after that. */
		void end() {
			if (this.ended.compareAndSet(false, true)) {
				Runnable decision = this.unit.attribute(RequestFacts.BEFORE_END);
				if (decision != null) {
					decision.run();
				}
				RequestMessages messages = this.messages;
				if (messages != null) {
					messages.publish(this.unit, this.facts, System.nanoTime() - this.start);
				}
				this.unit.end(outcome());
				this.published = true;
			}
			if (this.published) {
				this.facts.release();
			}
		}

		private UnitOfWork.Outcome outcome() {
			if (this.facts.isAborted()) {
				return UnitOfWork.Outcome.ABORTED;
			}
			boolean failed = this.facts.isFailed() || RequestMessages.isFailed(this.unit, this.facts.status());
			return failed ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			endInUnit();
		}

		private void endInUnit() {
			try (UnitOfWork.Scope scope = this.unit.open()) {
				end();
			}
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		/**
		 * If the container itself has noticed that the client disconnected, there may be
		 * neither a dispatch nor a completion.
		 */
		@Override
		public void onError(AsyncEvent event) {
			this.facts.recordAbort(event.getThrowable());
			if (this.facts.isAborted()) {
				endInUnit();
			}
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}

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

	/** The unit of work of what comes before the filter. */
	private static final String EARLY = RequestFilter.class.getName() + ".EARLY";

	/** When the request started, if the container reports its start and its end. */
	private static final String CONTAINER = RequestFilter.class.getName() + ".CONTAINER";

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
			exchange = start(request, response);
			request.setAttribute(ATTRIBUTE, exchange);
		}
		exchange.facts.attach(request, response);
		try (UnitOfWork.Scope scope = exchange.unit.open()) {
			serve(exchange, request, response, chain);
		}
	}

	private Exchange start(HttpServletRequest request, HttpServletResponse response) {
		UnitOfWork early = (UnitOfWork) request.getAttribute(EARLY);
		leave(early);
		ServletRequestFacts facts = new ServletRequestFacts(request, response, this.client);
		boolean excluded = this.excludes.test(facts.path());
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.REQUEST, Message.TYPE_HTTP_REQUEST,
				this.extensions.get("the trace source", this.trace::current));
		if (early != null) {
			unit.continueFrom(early);
		}
		unit.set(RequestFacts.KEY, facts);
		unit.set(UnitOfWork.INCIDENT_ENRICHERS, this.enrichers.get());
		long start = (request.getAttribute(CONTAINER) instanceof Long initialized) ? initialized : System.nanoTime();
		return new Exchange(facts, unit, excluded ? null : this.messages, start);
	}

	private static void leave(@Nullable UnitOfWork early) {
		if (UnitOfWork.current() == early) {
			UnitOfWork.setCurrent(null);
		}
	}

	private static void serve(Exchange exchange, HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		boolean last = request.getAttribute(CONTAINER) == null || request.getDispatcherType() == DispatcherType.ERROR;
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
	record Listener(ClientDetails client) implements ServletRequestListener {

		@Override
		public void requestInitialized(ServletRequestEvent event) {
			event.getServletRequest().setAttribute(CONTAINER, System.nanoTime());
			if (event.getServletRequest() instanceof HttpServletRequest request) {
				UnitOfWork early = Signals.NONE.start(UnitOfWork.Kind.REQUEST, Message.TYPE_HTTP_REQUEST, null);
				early.set(RequestFacts.KEY, new ServletRequestFacts(request, null, this.client));
				request.setAttribute(EARLY, early);
				// Left by the filter, or when the request is destroyed
				early.open();
			}
		}

		@Override
		public void requestDestroyed(ServletRequestEvent event) {
			leave((UnitOfWork) event.getServletRequest().getAttribute(EARLY));
			if (event.getServletRequest().getAttribute(ATTRIBUTE) instanceof Exchange exchange) {
				exchange.facts.answered();
				exchange.endInUnit();
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

		private final @Nullable RequestMessages messages;

		private final long start;

		private final AtomicBoolean ended = new AtomicBoolean();

		/** Until then, the thread that ends the request reads its facts. */
		private volatile boolean published;

		Exchange(ServletRequestFacts facts, UnitOfWork unit, @Nullable RequestMessages messages, long start) {
			this.facts = facts;
			this.unit = unit;
			this.messages = messages;
			this.start = start;
		}

		/** Ends the unit of work once; an error page may be dispatched after that. */
		void end() {
			if (this.ended.compareAndSet(false, true)) {
				Runnable decision = this.unit.attribute(RequestFacts.BEFORE_END);
				if (decision != null) {
					decision.run();
				}
				if (this.messages != null) {
					this.messages.publish(this.unit, this.facts, System.nanoTime() - this.start);
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
			boolean failed = this.facts.isFailed() || RequestMessages.isFailed(this.unit, this.facts);
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

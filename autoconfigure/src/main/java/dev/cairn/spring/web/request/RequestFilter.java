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

	/** Present if the container reports the end of the request. */
	private static final String CONTAINER = RequestFilter.class.getName() + ".CONTAINER";

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
		ServletRequestFacts facts = new ServletRequestFacts(request, response, this.client);
		boolean excluded = request.getDispatcherType() == DispatcherType.ERROR || this.excludes.test(facts.path());
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.REQUEST, Message.TYPE_HTTP_REQUEST,
				this.extensions.get("the trace source", this.trace::current));
		unit.set(RequestFacts.KEY, facts);
		unit.set(UnitOfWork.INCIDENT_ENRICHERS, this.enrichers.get());
		return new Exchange(facts, unit, excluded ? null : this.messages);
	}

	private static void serve(Exchange exchange, HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			exchange.facts.failed(ex);
			if (request.getAttribute(CONTAINER) == null || request.getDispatcherType() == DispatcherType.ERROR) {
				exchange.end();
			}
			throw ex;
		}
		if (request.isAsyncStarted()) {
			request.getAsyncContext().addListener(exchange);
		}
		else {
			exchange.end();
		}
	}

	/**
	 * Ends the requests that have failed after the container has answered them, so that
	 * the status and the size of the error page are known.
	 */
	static final class EndListener implements ServletRequestListener {

		@Override
		public void requestInitialized(ServletRequestEvent event) {
			event.getServletRequest().setAttribute(CONTAINER, Boolean.TRUE);
		}

		@Override
		public void requestDestroyed(ServletRequestEvent event) {
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

		private final long start = System.nanoTime();

		private final AtomicBoolean ended = new AtomicBoolean();

		Exchange(ServletRequestFacts facts, UnitOfWork unit, @Nullable RequestMessages messages) {
			this.facts = facts;
			this.unit = unit;
			this.messages = messages;
		}

		/** Ends the unit of work once; an error page may be dispatched after that. */
		void end() {
			if (this.ended.compareAndSet(false, true)) {
				if (this.messages != null) {
					this.messages.publish(this.unit, this.facts, System.nanoTime() - this.start);
				}
				this.unit.end(outcome());
			}
			this.facts.release();
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

package dev.cairn.spring.web.request;

import java.security.Principal;

import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Begins the unit of work of each request. Spring has started its observation by then.
 */
final class ExchangeFilter implements WebFilter, Ordered {

	private final RequestBeginnings beginnings;

	private final ApplicationContext context;

	ExchangeFilter(RequestBeginnings beginnings, ApplicationContext context) {
		this.beginnings = beginnings;
		this.context = context;
	}

	@Override
	public int getOrder() {
		return RequestBeginnings.FILTER_ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return Mono.deferContextual((context) -> {
			ReactiveExchange request = context.getOrDefault(ReactiveExchange.class, null);
			if (request != null && !request.begun && isOwn(exchange)) {
				request.facts.attach(exchange);
				begin(request, exchange, context);
			}
			return chain.filter(exchange);
		});
	}

	/** The filters of the application are also those of its management server. */
	private boolean isOwn(ServerWebExchange exchange) {
		ApplicationContext context = exchange.getApplicationContext();
		return context == null || context == this.context;
	}

	private void begin(ReactiveExchange request, ServerWebExchange exchange, ContextView context) {
		Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		try (UnitOfWork.Scope unit = request.unit.open(); Observation.Scope span = scope(observation)) {
			this.beginnings.begin(request, request.facts,
					ServerRequestObservationContext.findCurrent(exchange.getAttributes()).orElse(null));
			this.beginnings.writeTraceHeader(request.unit, (name, value) -> {
				HttpHeaders headers = exchange.getResponse().getHeaders();
				if (!headers.containsHeader(name)) {
					headers.set(name, value);
				}
			});
		}
	}

	private static Observation.Scope scope(@Nullable Observation observation) {
		return (observation != null) ? observation.openScope() : Observation.Scope.NOOP;
	}

	/**
	 * Keeps the diagnostic context (MDC) of a request when its handler returns. The
	 * innermost filter, after all others have bound their values. Identifies its visitor
	 * as the user before.
	 */
	static final class Bindings implements WebFilter, Ordered {

		private final RequestVisitors visitors;

		Bindings(RequestVisitors visitors) {
			this.visitors = visitors;
		}

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			Mono<Void> handling = chain.filter(exchange).doOnTerminate(RequestBindings::keep);
			return this.visitors.isAuthenticatedUserWanted() ? identified(exchange).then(handling) : handling;
		}

		private Mono<Void> identified(ServerWebExchange exchange) {
			return Mono.<Principal>defer(exchange::getPrincipal)
				.doOnNext((principal) -> this.visitors.authenticated(principal.getName()))
				.onErrorComplete()
				.then();
		}

	}

}

package dev.cairn.spring.sentry;

import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import io.sentry.IScopes;
import io.sentry.spring7.webflux.AbstractSentryWebFilter;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Keeps from Sentry what describes a client of a reactive application that does not
 * consent. Comes after Sentry's own filter, which has added the request to the scope of
 * the exchange.
 */
final class ExchangeConsentFilter implements WebFilter, Ordered {

	/** Directly after the filter that begins the unit of work. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 11;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return Mono.deferContextual((context) -> {
			if (exchange.getAttribute(AbstractSentryWebFilter.SENTRY_SCOPES_KEY) instanceof IScopes scopes
					&& context.hasKey(ThreadContext.KEY)) {
				try (UnitOfWork.Scope unit = ThreadContext.enter(context.get(ThreadContext.KEY))) {
					restrict(exchange, scopes);
				}
			}
			return chain.filter(exchange);
		});
	}

	private static void restrict(ServerWebExchange exchange, IScopes scopes) {
		RequestFacts facts = RequestFacts.current();
		if (facts != null && !facts.hasConsent()) {
			ClientRemoval removal = ClientRemoval.of(facts, exchange.getRequest().getHeaders().headerNames());
			scopes.configureScope((scope) -> scope.addEventProcessor(removal));
		}
	}

}

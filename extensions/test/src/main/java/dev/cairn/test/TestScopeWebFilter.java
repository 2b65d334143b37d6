package dev.cairn.test;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Assigns a request to the test that has sent it, through Reactor's context.
 */
final class TestScopeWebFilter implements WebFilter, Ordered {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		TestScope scope = TestScope.of(exchange.getRequest().getHeaders().getFirst(TestScope.HEADER));
		Mono<Void> served = chain.filter(exchange);
		return (scope != null) ? served.contextWrite((context) -> context.put(TestScopeAccessor.KEY, scope)) : served;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/** Returns the filter of the client, which is called on the thread of the test. */
	static ExchangeFilterFunction client() {
		return (request, next) -> {
			TestScope scope = TestScope.current();
			return next.exchange((scope != null)
					? ClientRequest.from(request).header(TestScope.HEADER, scope.id()).build() : request);
		};
	}

}

package dev.cairn.collector;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Leads requests to the collector, which itself answers the questions of browsers about
 * origins.
 *
 * @param path the path of the collector within the application
 * @param collector the collector
 * @param getOrder the order among the mappings
 */
record ReactiveCollectorMapping(String path, ReactiveCollector collector,
		int getOrder) implements HandlerMapping, Ordered {

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		String requested = exchange.getRequest().getPath().pathWithinApplication().value();
		if (!requested.equals(this.path)) {
			return Mono.empty();
		}
		// Of the question of a browser, Spring only asks for the handler
		return CorsUtils.isPreFlightRequest(exchange.getRequest())
				? this.collector.handle(exchange).thenReturn(this.collector) : Mono.just(this.collector);
	}

}

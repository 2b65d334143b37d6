package dev.cairn.collector;

import java.util.function.Function;

import dev.cairn.collector.BeaconFiles.BeaconRequest;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * A file of the beacon on Spring WebFlux.
 *
 * @param file answers the requests
 */
record ReactiveBeacon(Function<BeaconRequest, Answer> file) implements WebHandler {

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		Answer answer = this.file.apply(new BeaconRequest(request.getMethod().name(), request.getURI().getRawQuery(),
				request.getHeaders().getFirst("If-None-Match"), request.getHeaders().getFirst("Accept-Encoding")));
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		answer.headers().forEach(response.getHeaders()::set);
		response.getHeaders().setContentLength(answer.body().length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(answer.body())));
	}

}

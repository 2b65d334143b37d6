package dev.cairn.collector;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The collector on Spring WebFlux. Keys and messages are handled on threads that may
 * block; no thread waits for a body or for the disk.
 */
final class ReactiveCollector implements WebHandler {

	private final Collector collector;

	ReactiveCollector(Collector collector) {
		this.collector = collector;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		CollectorRequest facts = read(exchange.getRequest());
		return Mono.fromCallable(() -> this.collector.preflight(facts))
			.switchIfEmpty(Mono.defer(() -> receive(facts, exchange)))
			.onErrorResume(RefusedException.class, (ex) -> Mono.just(Answer.refused(ex)))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((answer) -> write(answer, exchange.getResponse()));
	}

	private Mono<Answer> receive(CollectorRequest facts, ServerWebExchange exchange) {
		return Mono.using(() -> this.collector.admit(facts), (admission) -> receive(admission, exchange));
	}

	private Mono<Answer> receive(Admission admission, ServerWebExchange exchange) {
		Body body = this.collector.body();
		return DataBufferUtils.join(exchange.getRequest().getBody(), body.maxBytes())
			.map(ReactiveCollector::bytes)
			.defaultIfEmpty(new byte[0])
			.timeout(body.timeout())
			.onErrorMap(DataBufferLimitException.class, (ex) -> body.tooLarge())
			.onErrorMap(TimeoutException.class, (ex) -> body.tooSlow())
			.publishOn(Schedulers.boundedElastic())
			.flatMap((sent) -> Mono.fromFuture(() -> this.collector.receive(admission, sent), true))
			.onErrorResume(RefusedException.class, (ex) -> Mono.just(this.collector.refuse(admission, ex)));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static CollectorRequest read(ServerHttpRequest request) {
		Map<String, String> headers = new HashMap<>();
		request.getHeaders()
			.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT),
					values.isEmpty() ? "" : values.get(0)));
		InetSocketAddress remote = request.getRemoteAddress();
		String address = (remote != null && remote.getAddress() != null) ? remote.getAddress().getHostAddress() : null;
		return new CollectorRequest(request.getMethod().name(), request.getURI().getRawQuery(), address, headers);
	}

	private static Mono<Void> write(Answer answer, ServerHttpResponse response) {
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		answer.headers().forEach((name, value) -> response.getHeaders().set(name, value));
		response.getHeaders().setContentLength(answer.body().length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(answer.body())));
	}

}

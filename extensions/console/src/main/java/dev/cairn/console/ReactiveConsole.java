package dev.cairn.console;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The console on Spring WebFlux. Answers are computed on threads that may block. A client
 * that does not read misses figures.
 */
final class ReactiveConsole implements WebHandler {

	private static final boolean SECURITY = ClassUtils
		.isPresent("org.springframework.security.web.server.csrf.CsrfToken", ReactiveConsole.class.getClassLoader());

	private final ConsoleApi api;

	private final Streams streams;

	private final String path;

	/**
	 * Creates a console.
	 * @param api answers the requests
	 * @param streams the streams that are open
	 * @param path the path of the endpoint within the application
	 */
	ReactiveConsole(ConsoleApi api, Streams streams, String path) {
		this.api = api;
		this.streams = streams;
		this.path = path;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		String full = request.getPath().pathWithinApplication().value();
		String below = full.substring(Math.min(this.path.length(), full.length()));
		boolean head = "HEAD".equals(request.getMethod().name());
		boolean read = head || "GET".equals(request.getMethod().name());
		if (below.isEmpty() && read) {
			return write(Answer.redirect(this.path.substring(this.path.lastIndexOf('/') + 1) + "/"), exchange);
		}
		if (below.equals(ConsoleRequest.STREAM) && head) {
			write(EventStream.HEADERS, exchange.getResponse());
			return exchange.getResponse().setComplete();
		}
		if (below.equals(ConsoleRequest.STREAM) && read) {
			return stream(exchange);
		}
		Mono<Optional<ConsoleRequest.Csrf>> csrf = SECURITY ? Security.csrf(exchange) : Mono.just(Optional.empty());
		Mono<Optional<String>> user = exchange.getPrincipal()
			.map((principal) -> Optional.of(principal.getName()))
			.defaultIfEmpty(Optional.empty());
		return Mono.zip(csrf, user)
			.publishOn(Schedulers.boundedElastic())
			.map((both) -> this.api.answer(read(request, below, both.getT1().orElse(null), both.getT2().orElse(null))))
			.flatMap((answer) -> write(answer, exchange));
	}

	private static ConsoleRequest read(ServerHttpRequest request, String below, ConsoleRequest.@Nullable Csrf csrf,
			@Nullable String user) {
		return new ConsoleRequest(request.getMethod().name(), below, request.getQueryParams(),
				request.getHeaders().getFirst("If-None-Match"), user, () -> csrf);
	}

	private static Mono<Void> write(Answer answer, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		write(answer.headers(), response);
		response.getHeaders().setContentLength(answer.body().length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(answer.body())));
	}

	private static void write(Map<String, String> headers, ServerHttpResponse response) {
		headers.forEach((name, value) -> response.getHeaders().set(name, value));
	}

	private Mono<Void> stream(ServerWebExchange exchange) {
		Streams.Stream stream = this.streams.open();
		if (stream == null) {
			return write(EventStream.NO_ROOM, exchange);
		}
		ServerHttpResponse response = exchange.getResponse();
		DataBufferFactory buffers = response.bufferFactory();
		write(EventStream.HEADERS, response);
		EventStream events = new EventStream(this.api::live);
		Flux<DataBuffer> body = Flux.interval(Duration.ZERO, EventStream.PAUSE, Schedulers.boundedElastic())
			.onBackpressureDrop()
			.takeWhile((tick) -> !events.isOver())
			.takeUntilOther(Mono.fromFuture(stream::ending, true))
			.map((tick) -> buffers.wrap(events.next()))
			.concatWith(Mono.fromSupplier(() -> buffers.wrap(EventStream.BYE)));
		return response.writeAndFlushWith(body.map(Mono::just)).doFinally((signal) -> stream.close());
	}

	/** Loaded only with Spring Security. */
	private static final class Security {

		static Mono<Optional<ConsoleRequest.Csrf>> csrf(ServerWebExchange exchange) {
			Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
			return token.map((each) -> Optional.of(new ConsoleRequest.Csrf(each.getHeaderName(), each.getToken())))
				.defaultIfEmpty(Optional.empty());
		}

	}

}

package dev.cairn.spring.web.error;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;

/**
 * Fails in every way in which a reactive application fails.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ ReactiveApplication.ErrorController.class, ReactiveApplication.OwnHandlers.class })
class ReactiveApplication {

	static final Logger logger = LoggerFactory.getLogger("shop");

	@Bean
	@Order(0)
	WebFilter failingFilter() {
		return (exchange, chain) -> switch (exchange.getRequest().getPath().pathWithinApplication().value()) {
			case "/filter/throws" -> throw new IllegalStateException("the filter fails");
			case "/filter/fails" -> Mono.error(new IllegalStateException("the filter fails"));
			case "/filter/after" ->
				chain.filter(exchange).then(Mono.error(new IllegalStateException("after the response")));
			default -> chain.filter(exchange);
		};
	}

	@Bean
	@Order(-2)
	WebExceptionHandler teapots() {
		return (exchange, ex) -> {
			if (ex instanceof TeapotException) {
				exchange.getResponse().setStatusCode(HttpStatus.I_AM_A_TEAPOT);
				return exchange.getResponse().setComplete();
			}
			return Mono.error(ex);
		};
	}

	@Bean
	RouterFunction<ServerResponse> functions() {
		return RouterFunctions.route().GET("/functions/throws", (request) -> {
			throw new IllegalStateException("the function fails");
		})
			.GET("/functions/fails", (request) -> Mono.error(new IllegalStateException("the function fails")))
			.GET("/functions/not-found", (request) -> Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND)))
			.build();
	}

	@Bean
	RouterFunction<ServerResponse> handledFunctions() {
		return RouterFunctions.route()
			.GET("/functions/handled", (request) -> Mono.error(new IllegalStateException("the function fails")))
			.GET("/functions/handled-conflict", (request) -> Mono.error(new IllegalArgumentException("conflict")))
			.onError(IllegalStateException.class, (ex, request) -> ServerResponse.status(503).bodyValue("sorry"))
			.onError(IllegalArgumentException.class, (ex, request) -> ServerResponse.status(409).bodyValue("sorry"))
			.build();
	}

	@RestController
	static class ErrorController {

		final CountDownLatch waiting = new CountDownLatch(1);

		final CountDownLatch cancelled = new CountDownLatch(1);

		@GetMapping("/fence")
		String fence() {
			return "";
		}

		@GetMapping("/errors/thrown")
		String thrown() {
			logger.warn("about to fail");
			throw new IllegalStateException("the shop is on fire");
		}

		@GetMapping("/errors/mono")
		Mono<String> mono() {
			return Mono.error(new IllegalStateException("the shop is on fire"));
		}

		@GetMapping("/errors/checked")
		Mono<String> checked() {
			return Mono.fromCallable(() -> {
				throw new IOException("the disk is full");
			});
		}

		@GetMapping("/errors/elsewhere")
		Mono<String> elsewhere() {
			return Mono.fromCallable(() -> "")
				.subscribeOn(Schedulers.boundedElastic())
				.publishOn(Schedulers.parallel())
				.map((nothing) -> {
					logger.warn("about to fail");
					throw new IllegalStateException("on another thread");
				});
		}

		@GetMapping("/errors/timeout")
		Mono<String> timeout() {
			return Mono.<String>never().timeout(Duration.ofMillis(1));
		}

		@GetMapping("/errors/logged")
		Mono<String> logged() {
			return Mono.<String>error(new IllegalStateException("logged first"))
				.doOnError((ex) -> logger.error("failed", ex));
		}

		@GetMapping("/filter/after")
		String after() {
			return "answer";
		}

		@GetMapping("/errors/first-item")
		Flux<Map<String, Integer>> firstItem() {
			return Flux.error(new IllegalStateException("before the first byte"));
		}

		@GetMapping(path = "/errors/committed", produces = MediaType.APPLICATION_NDJSON_VALUE)
		Flux<Map<String, Integer>> committed() {
			return Flux.just(Map.of("n", 1)).concatWith(Flux.error(new IllegalStateException("in the middle")));
		}

		@GetMapping("/errors/status/{status}")
		Mono<String> status(@PathVariable int status) {
			return Mono.error(new ResponseStatusException(HttpStatus.valueOf(status), "for a reason"));
		}

		@GetMapping("/errors/annotated")
		String annotated() {
			throw new ClosedException();
		}

		@GetMapping("/errors/annotated-gone")
		String annotatedGone() {
			throw new GoneException();
		}

		@GetMapping("/errors/typed")
		String typed(@RequestParam int amount) {
			return "";
		}

		@GetMapping("/errors/teapot")
		String teapot() {
			throw new TeapotException();
		}

		@GetMapping("/errors/logged-not-found")
		Mono<String> loggedNotFound() {
			ResponseStatusException notFound = new ResponseStatusException(HttpStatus.NOT_FOUND);
			logger.error("no such product", notFound);
			return Mono.error(notFound);
		}

		@GetMapping("/errors/never")
		Mono<String> never() {
			return Mono.<String>never()
				.doOnSubscribe((subscription) -> this.waiting.countDown())
				.doOnCancel(this.cancelled::countDown);
		}

		@GetMapping("/handled/{how}")
		Mono<String> handled(@PathVariable String how) {
			return Mono.error(switch (how) {
				case "later" -> new LaterException();
				case "problem-later" -> new ProblemException();
				case "void" -> new VoidException();
				default -> new HandledException(how);
			});
		}

		@GetMapping("/handled-locally")
		String handledLocally() {
			throw new LocalException();
		}

		@GetMapping("/handled-elsewhere")
		Mono<String> handledElsewhere() {
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> {
				throw new HandledException("entity");
			});
		}

		@ExceptionHandler
		ResponseEntity<String> handle(LocalException ex) {
			return ResponseEntity.status(503).body("local");
		}

	}

	@RestControllerAdvice
	static class OwnHandlers {

		@ExceptionHandler
		Object handle(HandledException ex, ServerWebExchange exchange) {
			return switch (ex.getMessage()) {
				case "entity" -> ResponseEntity.status(502).body(Map.of("own", "entity"));
				case "not-found" -> ResponseEntity.status(404).body(Map.of("own", "not-found"));
				case "problem" -> ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "own");
				case "problem-not-found" -> ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "own");
				case "rethrown" -> throw ex;
				case "fails" -> throw new UnsupportedOperationException("the handler fails");
				case "fine" -> Map.of("own", "fine");
				default -> throw new IllegalArgumentException(ex.getMessage());
			};
		}

		@ExceptionHandler
		Mono<ResponseEntity<Map<String, String>>> handleLater(LaterException ex) {
			return Mono.just(ResponseEntity.status(503).body(Map.of("own", "later")));
		}

		@ExceptionHandler
		Mono<ProblemDetail> handleWithProblemLater(ProblemException ex) {
			return Mono.just(ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, "own"));
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		void handleWithoutBody(VoidException ex) {
		}

	}

	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	static class ClosedException extends RuntimeException {

	}

	@ResponseStatus(HttpStatus.GONE)
	static class GoneException extends RuntimeException {

	}

	static class TeapotException extends RuntimeException {

	}

	static class LaterException extends RuntimeException {

	}

	static class ProblemException extends RuntimeException {

	}

	static class VoidException extends RuntimeException {

	}

	static class LocalException extends RuntimeException {

	}

	static class HandledException extends RuntimeException {

		HandledException(String how) {
			super(how);
		}

	}

}

package dev.cairn.spring.web.error;

import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpEntity;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.ServerWebExchange;

/**
 * Adds the id of the failure to the problem details that an {@code @ExceptionHandler}
 * method of a reactive application returns. WebFlux has no advice for bodies.
 */
final class ReactiveProblemDetails implements HandlerResultHandler, Ordered {

	private final ExchangeErrors errors;

	private final Supplier<Stream<HandlerResultHandler>> handlers;

	ReactiveProblemDetails(ExchangeErrors errors, Supplier<Stream<HandlerResultHandler>> handlers) {
		this.errors = errors;
		this.handlers = handlers;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supports(HandlerResult result) {
		return ErrorReporter.noted() != null && result.getReturnTypeSource().hasMethodAnnotation(ExceptionHandler.class)
				&& isProblem(result.getReturnValue()) && handler(result) != null;
	}

	private static boolean isProblem(@Nullable Object value) {
		return value instanceof Mono || problem(value) != null;
	}

	private @Nullable HandlerResultHandler handler(HandlerResult result) {
		return this.handlers.get()
			.filter((handler) -> handler != this && handler.supports(result))
			.findFirst()
			.orElse(null);
	}

	@Override
	public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
		HandlerResultHandler handler = handler(result);
		if (handler == null) {
			return Mono.error(new IllegalStateException("No HandlerResultHandler for " + result.getReturnValue()));
		}
		if (result.getReturnValue() instanceof Mono<?> later) {
			HandlerResult watched = new HandlerResult(result.getHandler(),
					later.doOnNext((value) -> addId(exchange, value)), result.getReturnTypeSource(),
					result.getBindingContext());
			return handler.handleResult(exchange, watched);
		}
		addId(exchange, result.getReturnValue());
		return handler.handleResult(exchange, result);
	}

	private void addId(ServerWebExchange exchange, @Nullable Object value) {
		ProblemDetail problem = problem(value);
		String id = (problem != null) ? this.errors.handled(exchange, problem.getStatus()) : null;
		if (problem != null && id != null) {
			problem.setProperty(CairnErrorAttributes.ERROR_ID, id);
		}
	}

	private static @Nullable ProblemDetail problem(@Nullable Object value) {
		Object body = (value instanceof HttpEntity<?> entity) ? entity.getBody()
				: (value instanceof ErrorResponse response) ? response.getBody() : value;
		return (body instanceof ProblemDetail problem) ? problem : null;
	}

}

package dev.cairn.spring.web.error;

import java.util.concurrent.CompletionStage;

import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.web.request.RequestFacts;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.EntityResponse;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

/**
 * Notes the exceptions of functional endpoints. Their filters, such as those of
 * {@code onError}, handle them before they reach a resolver, so a filter is added inside
 * of them. Spring has no access to what is filtered, except to its fields.
 */
final class RouterFunctionErrors implements SmartInitializingSingleton {

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(RouterFunctionErrors.class));

	private final ErrorReporter reporter;

	private final ObjectProvider<RouterFunctionMapping> mappings;

	RouterFunctionErrors(ErrorReporter reporter, ObjectProvider<RouterFunctionMapping> mappings) {
		this.reporter = reporter;
		this.mappings = mappings;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.mappings.forEach((mapping) -> {
			RouterFunction<?> functions = mapping.getRouterFunction();
			try {
				mapping.setRouterFunction((functions != null) ? watched(functions) : null);
			}
			catch (RuntimeException ex) {
				this.warnings.warn("unsupported",
						() -> "failures that functional endpoints handle themselves are not captured, because this "
								+ "version of Spring MVC is not supported: " + ex);
			}
		});
	}

	@SuppressWarnings("unchecked")
	private RouterFunction<?> watched(RouterFunction<?> function) {
		return switch (function.getClass().getSimpleName()) {
			case "FilteredRouterFunction" -> ((RouterFunction<ServerResponse>) watched(
					PrivateFields.get(function, "routerFunction", RouterFunction.class)))
				.filter(this::noteFailure)
				.filter((HandlerFilterFunction<ServerResponse, ServerResponse>) PrivateFields.get(function,
						"filterFunction", HandlerFilterFunction.class))
				.filter(this::captureFailure);
			case "SameComposedRouterFunction", "DifferentComposedRouterFunction" ->
				watched(PrivateFields.get(function, "first", RouterFunction.class))
					.andOther(watched(PrivateFields.get(function, "second", RouterFunction.class)));
			case "DefaultNestedRouterFunction" ->
				RouterFunctions.nest(PrivateFields.get(function, "predicate", RequestPredicate.class),
						(RouterFunction<ServerResponse>) watched(
								PrivateFields.get(function, "routerFunction", RouterFunction.class)));
			default -> function;
		};
	}

	private ServerResponse noteFailure(ServerRequest request, HandlerFunction<ServerResponse> handler)
			throws Exception {
		ServerResponse response;
		try {
			response = handler.handle(request);
		}
		catch (Exception ex) {
			this.reporter.note(RequestExclusion.unwrap(ex), false);
			throw ex;
		}
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null && hasFuture(response)) ? noteFailureOfFuture(unit, request, response) : response;
	}

	/** Other responses may be shared by requests, and would gather handlers. */
	private static boolean hasFuture(ServerResponse response) {
		return isFuture(response)
				|| (response instanceof EntityResponse<?> entity && entity.entity() instanceof CompletionStage);
	}

	/** Has neither a status nor headers before its future is complete. */
	private static boolean isFuture(ServerResponse response) {
		return response instanceof AsyncServerResponse
				&& !response.getClass().getSimpleName().equals("CompletedAsyncServerResponse");
	}

	/**
	 * When the future fails, Spring asks the error handlers of the response, the inner
	 * ones first, on the thread that has completed it.
	 */
	private ServerResponse noteFailureOfFuture(UnitOfWork unit, ServerRequest request, ServerResponse response)
			throws Exception {
		return HandlerFilterFunction.<ServerResponse>ofErrorHandler((failure) -> {
			this.reporter.note(unit, RequestExclusion.unwrap(failure), false);
			return false;
		}, (failure, failed) -> response).filter(request, (received) -> response);
	}

	/**
	 * The status is known, and the response has not been written. That of a future is
	 * known to {@link ErrorAdvice}.
	 */
	private ServerResponse captureFailure(ServerRequest request, HandlerFunction<ServerResponse> handler)
			throws Exception {
		ServerResponse response = handler.handle(request);
		if (!isFuture(response)) {
			String id = this.reporter.answered(response.statusCode().value());
			if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
					&& attributes.getResponse() != null) {
				ErrorFilter.setId(attributes.getRequest(), attributes.getResponse(), id);
			}
		}
		return response;
	}

}

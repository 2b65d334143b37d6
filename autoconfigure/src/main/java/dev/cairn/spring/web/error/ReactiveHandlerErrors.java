package dev.cairn.spring.web.error;

import java.util.Map;

import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.http.MediaType;
import org.springframework.web.method.annotation.ExceptionHandlerMappingInfo;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/**
 * Notes the exceptions of controllers and of functional endpoints in a reactive
 * application before its {@code @ExceptionHandler} methods and its filters handle them.
 * WebFlux has neither a chain of resolvers nor access to what is filtered, except by its
 * fields.
 */
final class ReactiveHandlerErrors implements SmartInitializingSingleton {

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(ReactiveHandlerErrors.class));

	private final ExchangeErrors errors;

	private final ObjectProvider<RequestMappingHandlerMapping> controllers;

	private final ObjectProvider<RequestMappingHandlerAdapter> adapters;

	private final ObjectProvider<RouterFunctionMapping> functions;

	ReactiveHandlerErrors(ExchangeErrors errors, ObjectProvider<RequestMappingHandlerMapping> controllers,
			ObjectProvider<RequestMappingHandlerAdapter> adapters, ObjectProvider<RouterFunctionMapping> functions) {
		this.errors = errors;
		this.controllers = controllers;
		this.adapters = adapters;
		this.functions = functions;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.adapters.forEach((adapter) -> guarded(() -> watch(adapter)));
		this.functions.forEach((mapping) -> guarded(() -> watch(mapping)));
	}

	private void guarded(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException ex) {
			this.warnings.warn("unsupported", () -> "failures that the application handles itself are not captured, "
					+ "because this version of Spring WebFlux is not supported: " + ex);
		}
	}

	/** The resolver of a controller is asked first, also if an advice handles it. */
	@SuppressWarnings("unchecked")
	private void watch(RequestMappingHandlerAdapter adapter) {
		Map<Class<?>, ExceptionHandlerMethodResolver> resolvers = PrivateFields
			.get(PrivateFields.get(adapter, "methodResolver", Object.class), "exceptionHandlerCache", Map.class);
		this.controllers.forEach((mapping) -> mapping.getHandlerMethods()
			.values()
			.forEach((method) -> resolvers.computeIfAbsent(method.getBeanType(),
					(type) -> new NotingResolver(type, this.errors))));
	}

	private void watch(RouterFunctionMapping mapping) {
		RouterFunction<?> functions = mapping.getRouterFunction();
		if (functions != null) {
			PrivateFields.set(mapping, "routerFunction", watched(functions));
		}
	}

	@SuppressWarnings("unchecked")
	private RouterFunction<?> watched(RouterFunction<?> function) {
		return switch (function.getClass().getSimpleName()) {
			case "FilteredRouterFunction" -> ((RouterFunction<ServerResponse>) watched(
					PrivateFields.get(function, "routerFunction", RouterFunction.class)))
				.filter(this::noteFailure)
				.filter((HandlerFilterFunction<ServerResponse, ServerResponse>) PrivateFields.get(function,
						"filterFunction", HandlerFilterFunction.class));
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

	private Mono<ServerResponse> noteFailure(ServerRequest request, HandlerFunction<ServerResponse> handler) {
		return Mono.defer(() -> handler.handle(request)).doOnError(this.errors::note);
	}

	/**
	 * Finds the {@code @ExceptionHandler} methods of a controller, and notes the
	 * exceptions.
	 */
	private static final class NotingResolver extends ExceptionHandlerMethodResolver {

		private final ExchangeErrors errors;

		NotingResolver(Class<?> controller, ExchangeErrors errors) {
			super(controller);
			this.errors = errors;
		}

		@Override
		public @Nullable ExceptionHandlerMappingInfo resolveExceptionMapping(Throwable exception, MediaType mediaType) {
			this.errors.note(exception);
			return super.resolveExceptionMapping(exception, mediaType);
		}

	}

}

package dev.cairn.spring.web.error;

import dev.cairn.internal.WarnOnce;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
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
		try {
			return handler.handle(request);
		}
		catch (Exception ex) {
			this.reporter.note(RequestExclusion.unwrap(ex), false);
			throw ex;
		}
	}

	/** The status is known, and the response has not been written. */
	private ServerResponse captureFailure(ServerRequest request, HandlerFunction<ServerResponse> handler)
			throws Exception {
		ServerResponse response = handler.handle(request);
		String id = this.reporter.answered(response.statusCode().value());
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
				&& attributes.getResponse() != null) {
			ErrorFilter.setId(attributes.getRequest(), attributes.getResponse(), id);
		}
		return response;
	}

}

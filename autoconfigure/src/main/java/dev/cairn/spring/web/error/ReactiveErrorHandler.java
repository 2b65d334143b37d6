package dev.cairn.spring.web.error;

import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.webflux.autoconfigure.error.DefaultErrorWebExceptionHandler;
import org.springframework.boot.webflux.error.ErrorAttributes;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Boot's handler of errors of a reactive application. Its whitelabel page has the id of
 * the error and of its trace, and its JSON can be problem details.
 */
final class ReactiveErrorHandler extends DefaultErrorWebExceptionHandler {

	private final boolean problemDetails;

	ReactiveErrorHandler(ErrorAttributes attributes, WebProperties properties, ApplicationContext context,
			boolean problemDetails) {
		super(attributes, properties.getResources(), properties.getError(), context);
		this.problemDetails = problemDetails;
	}

	@Override
	protected Mono<ServerResponse> renderDefaultErrorView(ServerResponse.BodyBuilder response,
			Map<String, @Nullable Object> error) {
		if (!error.containsKey(CairnErrorAttributes.ERROR_ID)) {
			return super.renderDefaultErrorView(response, error);
		}
		String page = WhitelabelErrorPage.html(
				"This application has no configured error view, so you are seeing this as a fallback.",
				"[" + error.get("requestId") + "] ", error);
		return response.bodyValue(page);
	}

	@Override
	protected Mono<ServerResponse> renderErrorResponse(ServerRequest request) {
		Mono<ServerResponse> response = super.renderErrorResponse(request);
		return this.problemDetails ? response.flatMap((error) -> asProblem(request, error.statusCode())) : response;
	}

	private Mono<ServerResponse> asProblem(ServerRequest request, HttpStatusCode status) {
		ProblemDetail problem = problem(getError(request), status);
		if (problem.getInstance() == null) {
			problem.setInstance(URI.create(request.requestPath().value()));
		}
		Object id = request.exchange().getAttribute(ErrorReporter.ATTRIBUTE);
		if (id != null) {
			problem.setProperty(CairnErrorAttributes.ERROR_ID, id);
		}
		return ServerResponse.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON).bodyValue(problem);
	}

	private static ProblemDetail problem(@Nullable Throwable thrown, HttpStatusCode status) {
		if (thrown instanceof ErrorResponse response && response.getStatusCode().equals(status)) {
			return response.getBody();
		}
		ProblemDetail problem = ProblemDetail.forStatus(status);
		ResponseStatus annotation = (thrown != null) ? RequestExclusion.responseStatus(thrown) : null;
		if (annotation != null && !annotation.reason().isEmpty()) {
			problem.setDetail(annotation.reason());
		}
		return problem;
	}

	/**
	 * Takes the place of Boot's own handler, if the application has no other.
	 */
	record Replacement(Supplier<ReactiveErrorHandler> handler) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean.getClass() == DefaultErrorWebExceptionHandler.class) ? this.handler.get() : bean;
		}

	}

}

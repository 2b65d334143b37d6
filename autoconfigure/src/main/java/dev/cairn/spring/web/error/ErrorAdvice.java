package dev.cairn.spring.web.error;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.internal.Throwables;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.autoconfigure.error.BasicErrorController;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Decides on the failures of a request just before the body or the view is written: the
 * status is certain, and the id can still be added or removed. Boot's error page can have
 * problem details, since it comes after everything outside of the dispatcher.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ErrorAdvice implements ResponseBodyAdvice<Object>, HandlerInterceptor, WebMvcConfigurer {

	private final ErrorReporter reporter;

	private final boolean problemDetails;

	ErrorAdvice(ErrorReporter reporter, boolean problemDetails) {
		this.reporter = reporter;
		this.problemDetails = problemDetails;
	}

	@Override
	public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
		return true;
	}

	@Override
	public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType,
			MediaType selectedContentType, Class<? extends HttpMessageConverter<?>> selectedConverterType,
			ServerHttpRequest request, ServerHttpResponse response) {
		if (!(request instanceof ServletServerHttpRequest servletRequest
				&& response instanceof ServletServerHttpResponse servletResponse)) {
			return body;
		}
		HttpServletRequest failed = servletRequest.getServletRequest();
		if (CairnErrorAttributes.isIncludedErrorPage(failed::getAttribute)) {
			return body;
		}
		String id = this.reporter.answered(servletResponse.getServletResponse().getStatus());
		Object before = ErrorFilter.setId(failed, servletResponse.getServletResponse(), id);
		Object written = (id == null && before != null) ? withoutId(body, before) : body;
		if (this.problemDetails && returnType.getContainingClass() == BasicErrorController.class
				&& MediaType.APPLICATION_JSON.isCompatibleWith(selectedContentType) && isUnhandled(failed)) {
			response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
			written = problem(failed, servletResponse.getServletResponse().getStatus());
		}
		if (id != null && written instanceof ProblemDetail problem) {
			problem.setProperty(CairnErrorAttributes.ERROR_ID, id);
		}
		return written;
	}

	/** Error attributes have an id before the application determines the status. */
	private static @Nullable Object withoutId(@Nullable Object body, Object id) {
		if (body instanceof Map<?, ?> attributes && id.equals(attributes.get(CairnErrorAttributes.ERROR_ID))) {
			Map<Object, Object> others = new LinkedHashMap<>(attributes);
			others.remove(CairnErrorAttributes.ERROR_ID);
			return others;
		}
		return body;
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this);
	}

	/** The future of a functional endpoint is complete, and its response comes next. */
	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (WebAsyncUtils.getAsyncManager(request).getConcurrentResult() instanceof ServerResponse next
				&& !(next instanceof AsyncServerResponse)) {
			ErrorFilter.setId(request, response, this.reporter.answered(next.statusCode().value()));
		}
		return true;
	}

	/** A view is rendered next, and the status is certain. */
	@Override
	public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable ModelAndView view) {
		if (view != null && ErrorFilter.hasId(request)) {
			String id = this.reporter.answered(response.getStatus());
			ErrorFilter.setId(request, response, id);
			if (id == null) {
				view.getModel().remove(CairnErrorAttributes.ERROR_ID);
			}
		}
	}

	/**
	 * Returns whether an exception has left the application, or was only given a status
	 * by its annotation. Boot's handler of problem details does not handle these.
	 */
	private static boolean isUnhandled(HttpServletRequest request) {
		if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) != null) {
			return true;
		}
		Throwable noted = ErrorReporter.noted();
		return noted != null
				&& Throwables.chain(noted).stream().anyMatch((cause) -> RequestExclusion.responseStatus(cause) != null);
	}

	private static ProblemDetail problem(HttpServletRequest request, int status) {
		ProblemDetail problem = ProblemDetail.forStatus(status);
		if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) == null
				&& request.getAttribute(RequestDispatcher.ERROR_MESSAGE) instanceof String reason
				&& !reason.isEmpty()) {
			problem.setDetail(reason);
		}
		if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path) {
			problem.setInstance(URI.create(path));
		}
		return problem;
	}

}

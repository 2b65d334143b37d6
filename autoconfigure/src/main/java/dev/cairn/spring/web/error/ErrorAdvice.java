package dev.cairn.spring.web.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

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
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Captures a failure whose answer is an error just before its body is written, whoever
 * wrote it: the status is sure by then, and the id can still go into the header and into
 * problem details.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class ErrorAdvice implements ResponseBodyAdvice<Object> {

	private final ErrorReporter reporter;

	/**
	 * Create an advice.
	 * @param reporter takes the failures
	 */
	public ErrorAdvice(ErrorReporter reporter) {
		this.reporter = reporter;
	}

	@Override
	public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
		return true;
	}

	@Override
	public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType,
			MediaType selectedContentType, Class<? extends HttpMessageConverter<?>> selectedConverterType,
			ServerHttpRequest request, ServerHttpResponse response) {
		if (request instanceof ServletServerHttpRequest servletRequest
				&& response instanceof ServletServerHttpResponse servletResponse) {
			beforeBodyWrite(body, servletRequest.getServletRequest(), servletResponse.getServletResponse());
		}
		return body;
	}

	private void beforeBodyWrite(@Nullable Object body, HttpServletRequest request, HttpServletResponse response) {
		RequestError error = RequestError.of(request);
		if (error == null || !this.reporter.isFailure(response.getStatus())) {
			return;
		}
		String id = this.reporter.handled(error, request, response, response.getStatus());
		if (id != null && body instanceof ProblemDetail problem) {
			problem.setProperty(RequestError.PROPERTY, id);
		}
	}

}

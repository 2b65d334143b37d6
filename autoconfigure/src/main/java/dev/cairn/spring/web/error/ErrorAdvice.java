package dev.cairn.spring.web.error;

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
 * Captures a failure just before the body of the error response is written. At that time
 * the status is certain, and the id can still be added to the header and to problem
 * details.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ErrorAdvice implements ResponseBodyAdvice<Object> {

	private final ErrorReporter reporter;

	ErrorAdvice(ErrorReporter reporter) {
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
			String id = this.reporter.handled(servletResponse.getServletResponse().getStatus());
			ErrorFilter.setId(servletRequest.getServletRequest(), servletResponse.getServletResponse(), id);
			if (id != null && body instanceof ProblemDetail problem) {
				problem.setProperty(CairnErrorAttributes.ERROR_ID, id);
			}
		}
		return body;
	}

}

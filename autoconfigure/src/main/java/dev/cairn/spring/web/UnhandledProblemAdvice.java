package dev.cairn.spring.web;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Answers what nobody handled with problem details (RFC 9457), where the application has
 * asked for them; Spring's own handler knows only Spring's exceptions. Browsers keep
 * Boot's error page.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class UnhandledProblemAdvice {

	/**
	 * Answer an exception that no other handler took.
	 * @param ex the exception
	 * @param request the request
	 * @return the problem
	 * @throws Exception the same exception, to leave it to Boot's error page
	 */
	@ExceptionHandler(Exception.class)
	public ResponseEntity<ProblemDetail> handle(Exception ex, HttpServletRequest request) throws Exception {
		if (prefersHtml(request)) {
			throw ex;
		}
		if (ex instanceof ErrorResponse response) {
			return ResponseEntity.status(response.getStatusCode())
				.headers(response.getHeaders())
				.body(response.getBody());
		}
		ResponseStatus annotation = responseStatus(ex);
		HttpStatusCode status = (annotation != null) ? annotation.code() : HttpStatus.INTERNAL_SERVER_ERROR;
		ProblemDetail problem = ProblemDetail.forStatus(status);
		if (annotation != null && StringUtils.hasText(annotation.reason())) {
			problem.setDetail(annotation.reason());
		}
		return ResponseEntity.status(status).body(problem);
	}

	/**
	 * As Spring does it, the annotation may be on the exception or on one of its causes.
	 */
	private static @Nullable ResponseStatus responseStatus(Exception ex) {
		Throwable throwable = ex;
		for (int depth = 0; throwable != null && depth < 10; depth++) {
			ResponseStatus annotation = AnnotatedElementUtils.findMergedAnnotation(throwable.getClass(),
					ResponseStatus.class);
			if (annotation != null) {
				return annotation;
			}
			throwable = throwable.getCause();
		}
		return null;
	}

	private static boolean prefersHtml(HttpServletRequest request) {
		try {
			List<MediaType> accepted = MediaType.parseMediaTypes(request.getHeader(HttpHeaders.ACCEPT));
			return accepted.stream().anyMatch(MediaType.TEXT_HTML::equalsTypeAndSubtype);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}

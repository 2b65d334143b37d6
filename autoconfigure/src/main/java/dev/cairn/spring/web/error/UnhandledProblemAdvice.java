package dev.cairn.spring.web.error;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Answers what nobody handled with problem details (RFC 9457), where the application has
 * asked for them; Spring's own handler knows only Spring's exceptions. Browsers keep
 * Boot's error page.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class UnhandledProblemAdvice {

	private static final Logger logger = LoggerFactory.getLogger(UnhandledProblemAdvice.class);

	private final ErrorReporter reporter;

	/**
	 * Create an advice.
	 * @param reporter takes the failures
	 */
	public UnhandledProblemAdvice(ErrorReporter reporter) {
		this.reporter = reporter;
	}

	/**
	 * Answer an exception that no other handler took.
	 * @param ex the exception
	 * @param request the request
	 * @param response the response
	 * @return the problem
	 * @throws Exception the same exception, to leave it to Boot's error page
	 */
	@ExceptionHandler(Exception.class)
	public ResponseEntity<ProblemDetail> handle(Exception ex, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		if (prefersHtml(request) || response.isCommitted()
				|| DisconnectedClientHelper.isClientDisconnectedException(ex)) {
			throw ex;
		}
		if (ex instanceof ErrorResponse known) {
			return ResponseEntity.status(known.getStatusCode()).headers(known.getHeaders()).body(known.getBody());
		}
		ResponseStatus annotation = responseStatus(ex);
		HttpStatusCode status = (annotation != null) ? annotation.code() : HttpStatus.INTERNAL_SERVER_ERROR;
		if (annotation == null) {
			report(ex, request, response);
		}
		ProblemDetail problem = ProblemDetail.forStatus(status);
		if (annotation != null && StringUtils.hasText(annotation.reason())) {
			problem.setDetail(annotation.reason());
		}
		return ResponseEntity.status(status).body(problem);
	}

	/** The container would log it, but it is handled before it comes there. */
	private void report(Exception ex, HttpServletRequest request, HttpServletResponse response) {
		String id = this.reporter.handled(RequestError.note(request, ex), request, response,
				HttpStatus.INTERNAL_SERVER_ERROR.value());
		logger.error("Nobody handled what {} {} threw (error id {})", request.getMethod(), Routes.of(request), id, ex);
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

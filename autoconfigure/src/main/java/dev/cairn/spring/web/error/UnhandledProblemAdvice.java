package dev.cairn.spring.web.error;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Responds to unhandled exceptions with problem details (RFC 9457) if Boot's problem
 * details are enabled. Spring's own handler only handles Spring's exceptions. Browsers
 * still receive Boot's error page.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class UnhandledProblemAdvice {

	private static final int MAX_CAUSES = 10;

	private static final Logger logger = LoggerFactory.getLogger(UnhandledProblemAdvice.class);

	private final ErrorReporter reporter;

	UnhandledProblemAdvice(ErrorReporter reporter) {
		this.reporter = reporter;
	}

	/** Throws the same exception if it is left to Boot's error page. */
	@ExceptionHandler(Exception.class)
	ResponseEntity<ProblemDetail> handle(Exception ex, HttpServletRequest request, HttpServletResponse response)
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

	/** The container does not log the exception, because it does not see it. */
	private void report(Exception ex, HttpServletRequest request, HttpServletResponse response) {
		String id = this.reporter.answered(ErrorFilter.unwrap(ex));
		ErrorFilter.setId(request, response, id);
		logger.error("Unhandled exception in {} {} (error id {})", request.getMethod(),
				request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE), id, ex);
	}

	/** Like Spring, also looks for the annotation on the causes of the exception. */
	private static @Nullable ResponseStatus responseStatus(Exception ex) {
		return Stream.iterate((Throwable) ex, Objects::nonNull, Throwable::getCause)
			.limit(MAX_CAUSES)
			.map((throwable) -> AnnotatedElementUtils.findMergedAnnotation(throwable.getClass(), ResponseStatus.class))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
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

package dev.cairn.spring.web.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Notes each exception of a handler and leaves it to the other resolvers. An exception
 * that the application turns into a 503 cannot be seen anywhere else.
 */
final class ExceptionNotingResolver implements HandlerExceptionResolver, PriorityOrdered {

	private final ErrorReporter reporter;

	ExceptionNotingResolver(ErrorReporter reporter) {
		this.reporter = reporter;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		this.reporter.note(RequestExclusion.unwrap(ex), response.isCommitted());
		return null;
	}

}

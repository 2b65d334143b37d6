package dev.cairn.spring.web.error;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Captures exceptions that leave the filter chain and exceptions that were turned into an
 * error response without a body. The response is not changed except for the header
 * {@code X-Error-Id}.
 */
final class ErrorFilter extends OncePerRequestFilter {

	private final ErrorReporter reporter;

	ErrorFilter(ErrorReporter reporter) {
		this.reporter = reporter;
	}

	/**
	 * Returns the exception that a handler threw. The dispatcher wraps it in a
	 * {@link ServletException}.
	 */
	static Throwable unwrap(Throwable seen) {
		Throwable thrown = seen;
		while (thrown instanceof ServletException && thrown.getCause() != null) {
			thrown = thrown.getCause();
		}
		return thrown;
	}

	/**
	 * Sets the header unless the response has already been sent, and the attribute of the
	 * request, where error attributes and views of the application find the id.
	 */
	static void setId(HttpServletRequest request, HttpServletResponse response, @Nullable String id) {
		if (id != null) {
			request.setAttribute(RequestFailure.ATTRIBUTE, id);
			if (!response.isCommitted()) {
				response.setHeader(RequestFailure.HEADER, id);
			}
		}
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getDispatcherType() == DispatcherType.ERROR) {
			restoreHeader(request, response);
		}
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			setId(request, response, this.reporter.unhandled(unwrap(ex)));
			throw ex;
		}
		if (!request.isAsyncStarted()) {
			setId(request, response, this.reporter.handled(response.getStatus()));
		}
	}

	/**
	 * The container may have reset the response before it dispatches to the error page.
	 */
	private static void restoreHeader(HttpServletRequest request, HttpServletResponse response) {
		RequestFailure failure = RequestFailure.current();
		if (failure != null) {
			setId(request, response, failure.id());
		}
	}

}

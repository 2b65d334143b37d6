package dev.cairn.spring.web.error;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Captures what nobody handled, and what was handled into an error without a body. It
 * does not change the answer but for the header {@code X-Error-Id}.
 */
public final class ErrorFilter extends OncePerRequestFilter {

	private final ErrorReporter reporter;

	/**
	 * Create a filter.
	 * @param reporter takes the failures
	 */
	public ErrorFilter(ErrorReporter reporter) {
		this.reporter = reporter;
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
			tellAgain(request, response);
		}
		HttpServletRequest outer = CurrentRequest.set(request);
		try {
			serve(request, response, chain);
		}
		finally {
			CurrentRequest.set(outer);
		}
	}

	private void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			this.reporter.unhandled(RequestError.note(request, ex), request, response);
			throw ex;
		}
		RequestError error = RequestError.of(request);
		if (error != null && !request.isAsyncStarted() && this.reporter.isFailure(response.getStatus())) {
			this.reporter.handled(error, request, response, response.getStatus());
		}
	}

	/** The container may have reset the response on its way to the error page. */
	private static void tellAgain(HttpServletRequest request, HttpServletResponse response) {
		RequestError error = RequestError.of(request);
		if (error != null) {
			error.tell(response);
		}
	}

}

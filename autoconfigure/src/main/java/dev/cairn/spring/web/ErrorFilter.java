package dev.cairn.spring.web;

import java.io.IOException;

import dev.cairn.Cairn;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Captures what nobody handled, and what was handled into an error without a body. It
 * does not change the answer but for the header {@code X-Error-Id}.
 */
public final class ErrorFilter extends OncePerRequestFilter {

	private final Cairn cairn;

	private final ErrorStatuses statuses;

	/**
	 * Create a filter.
	 * @param cairn takes the failures
	 * @param statuses the statuses of failures
	 */
	public ErrorFilter(Cairn cairn, ErrorStatuses statuses) {
		this.cairn = cairn;
		this.statuses = statuses;
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
			RequestError.note(request, ex)
				.capture(this.cairn, request, response, HttpStatus.INTERNAL_SERVER_ERROR.value());
			throw ex;
		}
		RequestError error = RequestError.of(request);
		if (error != null && !request.isAsyncStarted() && this.statuses.contains(response.getStatus())) {
			error.capture(this.cairn, request, response, response.getStatus());
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

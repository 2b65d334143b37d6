package dev.cairn.spring.web;

import java.io.IOException;

import dev.cairn.Cairn;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Captures what nobody handled, and what was handled into a 5xx without a body. It does
 * not change the answer but for the header {@code X-Error-Id}.
 */
public final class ErrorFilter extends OncePerRequestFilter {

	private final Cairn cairn;

	/**
	 * Create a filter.
	 * @param cairn takes the failures
	 */
	public ErrorFilter(Cairn cairn) {
		this.cairn = cairn;
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
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			RequestError.note(request, ex).capture(this.cairn, request, response);
			throw ex;
		}
		RequestError error = RequestError.of(request);
		if (error != null && !request.isAsyncStarted() && RequestError.isServerError(response.getStatus())) {
			error.capture(this.cairn, request, response);
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

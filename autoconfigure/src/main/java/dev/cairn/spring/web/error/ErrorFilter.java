package dev.cairn.spring.web.error;

import java.io.IOException;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
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

	/** Returns the status that the container sends for an exception. */
	private static int statusOf(Throwable thrown) {
		if (thrown instanceof UnavailableException unavailable) {
			return (unavailable.isPermanent() ? HttpStatus.NOT_FOUND : HttpStatus.SERVICE_UNAVAILABLE).value();
		}
		return (RequestExclusion.isMalformed(thrown) ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR)
			.value();
	}

	/**
	 * Sets the header unless the response has already been sent, and the attribute of the
	 * request, where error attributes and views of the application find the id. Removes
	 * both if the failure turns out to be none. Returns the id before.
	 */
	static @Nullable Object setId(HttpServletRequest request, HttpServletResponse response, @Nullable String id) {
		Object before = request.getAttribute(ErrorReporter.ATTRIBUTE);
		if (id != null && before == null) {
			ErrorReporter.afterDecision(() -> removeId(request, response));
		}
		if (id != null || before != null) {
			request.setAttribute(ErrorReporter.ATTRIBUTE, id);
			if (!response.isCommitted()) {
				response.setHeader(ErrorReporter.HEADER, id);
			}
		}
		return before;
	}

	/**
	 * The end of an asynchronous request may come after the container has recycled it.
	 */
	private static void removeId(HttpServletRequest request, HttpServletResponse response) {
		try {
			if (ErrorReporter.currentId() == null) {
				setId(request, response, null);
			}
		}
		catch (IllegalStateException ex) {
			// The response was sent with the id
		}
	}

	static boolean hasId(HttpServletRequest request) {
		return request.getAttribute(ErrorReporter.ATTRIBUTE) != null;
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
		this.reporter.decideAtTheEnd();
		boolean errorPage = mayBeErrorPage(request.getDispatcherType());
		if (errorPage) {
			beforeErrorPage(request, response);
		}
		try {
			chain.doFilter(request, response);
		}
		catch (Throwable ex) {
			Throwable thrown = RequestExclusion.unwrap(ex);
			if (errorPage) {
				this.reporter.errorPageFailed(thrown);
			}
			setId(request, response, inRequest(request, response,
					() -> this.reporter.unhandled(thrown, statusOf(thrown), response.isCommitted())));
			throw ex;
		}
		if (!request.isAsyncStarted() && ErrorReporter.noted() != null) {
			setId(request, response, inRequest(request, response, () -> this.reporter.handled(response.getStatus())));
		}
	}

	private static boolean mayBeErrorPage(DispatcherType type) {
		return type == DispatcherType.ERROR || type == DispatcherType.FORWARD || type == DispatcherType.INCLUDE;
	}

	/** Event processors of Sentry's client find the request where they expect it. */
	private static @Nullable String inRequest(HttpServletRequest request, HttpServletResponse response,
			Supplier<@Nullable String> report) {
		RequestAttributes before = RequestContextHolder.getRequestAttributes();
		RequestContextHolder
			.setRequestAttributes((before != null) ? before : new ServletRequestAttributes(request, response));
		try {
			return report.get();
		}
		finally {
			RequestContextHolder.setRequestAttributes(before);
		}
	}

	/**
	 * The exception may come from a filter before this one, and the container may have
	 * reset the response.
	 */
	private void beforeErrorPage(HttpServletRequest request, HttpServletResponse response) {
		if (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status) {
			ErrorReporter.dispatchedToErrorPage(status);
			if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown) {
				inRequest(request, response,
						() -> this.reporter.unhandled(RequestExclusion.unwrap(thrown), status, response.isCommitted()));
			}
		}
		setId(request, response, ErrorReporter.currentId());
	}

}

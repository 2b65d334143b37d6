package dev.cairn.spring.web;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Cairn;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * What went wrong while a request was served. It is noted as soon as somebody sees it and
 * captured when it is sure that the service answers with a 5xx; it stays with the request
 * so that every later stage, the error page included, knows its id.
 */
final class RequestError {

	/** The header that tells the caller the id of the incident. */
	static final String HEADER = "X-Error-Id";

	/** The same in bodies: problem details, and Boot's error attributes. */
	static final String PROPERTY = "errorId";

	private static final String ATTRIBUTE = RequestError.class.getName();

	private static final int FIRST_SERVER_ERROR = 500;

	private final Throwable thrown;

	private boolean captured;

	private @Nullable String id;

	private RequestError(Throwable thrown) {
		this.thrown = thrown;
	}

	static RequestError note(HttpServletRequest request, Throwable seen) {
		Throwable thrown = rootOf(seen);
		RequestError known = of(request);
		if (known != null && (known.thrown == thrown || known.captured)) {
			return known;
		}
		RequestError error = new RequestError(thrown);
		request.setAttribute(ATTRIBUTE, error);
		return error;
	}

	/**
	 * A ServletException is only the way in which the dispatcher says that a handler
	 * threw.
	 */
	private static Throwable rootOf(Throwable seen) {
		Throwable root = seen;
		while (root instanceof ServletException) {
			Throwable cause = root.getCause();
			if (cause == null) {
				return root;
			}
			root = cause;
		}
		return root;
	}

	static @Nullable RequestError of(HttpServletRequest request) {
		return (RequestError) request.getAttribute(ATTRIBUTE);
	}

	static boolean isServerError(int status) {
		return status >= FIRST_SERVER_ERROR;
	}

	/**
	 * Return the id, once it was captured and accepted.
	 */
	@Nullable String id() {
		return this.id;
	}

	/**
	 * Capture it, complete the observation of the request with it, which knows nothing of
	 * an exception that was handled into a 5xx, and tell the caller the id.
	 * @return the id, or {@code null} when it was not accepted
	 */
	@Nullable String capture(Cairn cairn, HttpServletRequest request, HttpServletResponse response) {
		if (!this.captured && !DisconnectedClientHelper.isClientDisconnectedException(this.thrown)) {
			this.captured = true;
			this.id = cairn.capture(this.thrown, context(request));
			ServerHttpObservationFilter.findObservationContext(request)
				.ifPresent((observation) -> observation.setError(this.thrown));
		}
		tell(response);
		return this.id;
	}

	/** Where the response is committed the body that went out has the id already. */
	void tell(HttpServletResponse response) {
		if (this.id != null && !response.isCommitted()) {
			response.setHeader(HEADER, this.id);
		}
	}

	private static Map<String, String> context(HttpServletRequest request) {
		Map<String, String> context = new LinkedHashMap<>();
		context.put("method", request.getMethod());
		context.put("route", Routes.of(request));
		return context;
	}

}

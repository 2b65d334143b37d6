package dev.cairn.spring.web.error;

import java.security.Principal;

import dev.cairn.Cairn;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.DisconnectedClientHelper;

/**
 * What went wrong while a request was served. It is noted as soon as somebody sees it and
 * captured when it is sure that the service answers with a 5xx; it stays with the request
 * so that every later stage, the error page included, knows its id.
 */
public final class RequestError {

	/** The header that tells the caller the id of the incident. */
	static final String HEADER = "X-Error-Id";

	/** The same in bodies: problem details, and Boot's error attributes. */
	static final String PROPERTY = "errorId";

	private static final String ATTRIBUTE = RequestError.class.getName();

	private static final int FIRST_SERVER_ERROR = 500;

	private static final String RECORDED_ATTRIBUTE = ATTRIBUTE + ".RECORDED";

	private final Throwable thrown;

	private final @Nullable String user;

	private boolean captured;

	private @Nullable String id;

	private RequestError(Throwable thrown, @Nullable String user) {
		this.thrown = thrown;
		this.user = user;
	}

	public static RequestError note(HttpServletRequest request, Throwable seen) {
		Throwable thrown = rootOf(seen);
		RequestError known = of(request);
		if (known != null && (known.thrown == thrown || known.captured)) {
			return known;
		}
		RequestError error = new RequestError(thrown, user(request));
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

	private static @Nullable String user(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? principal.getName() : null;
	}

	/** Remember an incident that was reported while the request was served. */
	static void recorded(HttpServletRequest request, String errorId) {
		if (request.getAttribute(RECORDED_ATTRIBUTE) == null) {
			request.setAttribute(RECORDED_ATTRIBUTE, errorId);
		}
	}

	/**
	 * Return the id of what the request failed with, or else of the first incident that
	 * was reported while it was served.
	 */
	public static @Nullable String idOf(HttpServletRequest request) {
		RequestError error = of(request);
		String id = (error != null) ? error.id() : null;
		return (id != null) ? id : (String) request.getAttribute(RECORDED_ATTRIBUTE);
	}

	public static boolean isServerError(int status) {
		return status >= FIRST_SERVER_ERROR;
	}

	/**
	 * Return the id, once it was captured and accepted.
	 */
	@Nullable String id() {
		return this.id;
	}

	/** Return who was logged in where it was thrown. */
	@Nullable String user() {
		return this.user;
	}

	Throwable thrown() {
		return this.thrown;
	}

	/**
	 * Capture it, unless that was done, or the caller has gone.
	 * @param status the status of the response, as it will be
	 * @return whether it was captured now
	 */
	boolean capture(Cairn cairn, int status) {
		if (this.captured || DisconnectedClientHelper.isClientDisconnectedException(this.thrown)) {
			return false;
		}
		this.captured = true;
		this.id = cairn.capture(this.thrown, (report) -> report.field("status", status));
		return true;
	}

	/** Where the response is committed the body that went out has the id already. */
	void tell(HttpServletResponse response) {
		if (this.id != null && !response.isCommitted()) {
			response.setHeader(HEADER, this.id);
		}
	}

}

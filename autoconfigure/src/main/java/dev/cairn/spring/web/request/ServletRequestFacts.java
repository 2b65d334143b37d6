package dev.cairn.spring.web.request;

import java.security.Principal;
import java.util.function.BiFunction;
import java.util.function.Function;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.DisconnectedClientHelper;
import org.springframework.web.util.WebUtils;

/**
 * The facts of a servlet request. Once the request has been released, those that were not
 * read before are unknown: the container reuses its objects for other requests.
 */
final class ServletRequestFacts extends ClientFacts {

	private final String method;

	private volatile @Nullable HttpServletRequest request;

	private volatile @Nullable HttpServletResponse response;

	private volatile String route = UNKNOWN_ROUTE;

	private volatile int status = HttpStatus.OK.value();

	private volatile @Nullable String user;

	private volatile boolean answeredByContainer;

	private volatile boolean aborted;

	private volatile boolean failed;

	private volatile boolean onErrorPage;

	ServletRequestFacts(HttpServletRequest request, @Nullable HttpServletResponse response, ClientDetails client) {
		super(client);
		this.method = original(request, RequestDispatcher.ERROR_METHOD, HttpServletRequest::getMethod);
		this.request = request;
		this.response = response;
	}

	/**
	 * Whether this is the dispatch of an error page. Boot's filter forwards to it if the
	 * application is deployed in a container, and Tomcat includes it in a response that
	 * is committed.
	 */
	static boolean isErrorPage(HttpServletRequest request) {
		DispatcherType type = request.getDispatcherType();
		return type == DispatcherType.ERROR || ((type == DispatcherType.FORWARD || type == DispatcherType.INCLUDE)
				&& request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) != null);
	}

	/** Returns what the dispatch of an error page has replaced. */
	private static String original(HttpServletRequest request, String attribute,
			Function<HttpServletRequest, String> current) {
		return (isErrorPage(request) && request.getAttribute(attribute) instanceof String original) ? original
				: current.apply(request);
	}

	/**
	 * Uses the request and the response of another dispatch. The route of an error page
	 * is not that of the request.
	 */
	void attach(HttpServletRequest request, HttpServletResponse response) {
		if (isErrorPage(request)) {
			this.route = route();
			this.onErrorPage = true;
			answered();
		}
		this.request = request;
		this.response = response;
	}

	/** Records an exception that left the filter chain. */
	void failed(Throwable failure) {
		HttpServletResponse response = this.response;
		this.failed = response == null || response.isCommitted();
		this.answeredByContainer = !this.failed;
		if (connection() == null) {
			recordAbort(failure);
		}
	}

	void answered() {
		this.answeredByContainer = false;
	}

	boolean isErrorPageToCome() {
		ServletConnection connection = connection();
		return !this.onErrorPage && connection != null && connection.isErrorPageToCome(this.answeredByContainer);
	}

	boolean isFailed() {
		return this.failed;
	}

	/** Records an exception that may state that the client has disconnected. */
	void recordAbort(@Nullable Throwable failure) {
		this.aborted |= failure != null && DisconnectedClientHelper.isClientDisconnectedException(failure);
	}

	void release() {
		this.aborted = isAborted();
		this.status = status();
		this.route = route();
		this.request = null;
		this.response = null;
	}

	@Override
	public String method() {
		return this.method;
	}

	@Override
	public String path() {
		String path = read(
				(request) -> original(request, RequestDispatcher.ERROR_REQUEST_URI, HttpServletRequest::getRequestURI)
					.substring(request.getContextPath().length()));
		return (path != null) ? path : "";
	}

	@Override
	public @Nullable String query() {
		return read(HttpServletRequest::getQueryString);
	}

	@Override
	public String route() {
		Object pattern = this.onErrorPage ? null : attribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern != null) ? pattern.toString() : this.route;
	}

	@Override
	public int status() {
		HttpServletResponse response = this.response;
		if (this.answeredByContainer) {
			return HttpStatus.INTERNAL_SERVER_ERROR.value();
		}
		return (response != null) ? response.getStatus() : this.status;
	}

	@Override
	public @Nullable String header(String name) {
		return read(HttpServletRequest::getHeader, name);
	}

	@Override
	public @Nullable String cookie(String name) {
		Cookie cookie = read(WebUtils::getCookie, name);
		return (cookie != null) ? cookie.getValue() : null;
	}

	@Override
	public @Nullable String address() {
		String remote = read(HttpServletRequest::getRemoteAddr);
		return (remote != null) ? ClientDetails.Address.withoutPort(remote) : null;
	}

	/**
	 * The security filters wrap the request. Only the request that Spring MVC handles has
	 * a user.
	 */
	@Override
	public @Nullable String user() {
		String name = read((request) -> {
			Principal principal = (RequestContextHolder
				.getRequestAttributes() instanceof ServletRequestAttributes attributes)
						? attributes.getRequest().getUserPrincipal() : request.getUserPrincipal();
			return (principal != null) ? principal.getName() : null;
		});
		if (name != null) {
			this.user = name;
		}
		return this.user;
	}

	@Override
	public @Nullable Object attribute(String name) {
		return read(HttpServletRequest::getAttribute, name);
	}

	@Override
	public long requestBytes() {
		Long length = read(HttpServletRequest::getContentLengthLong);
		return (length != null && length >= 0) ? length : UNKNOWN_BYTES;
	}

	/** The error page of the container is still to come. */
	@Override
	public long responseBytes() {
		HttpServletResponse response = this.response;
		if (this.answeredByContainer || response == null) {
			return UNKNOWN_BYTES;
		}
		ServletConnection connection = connection();
		if (connection != null) {
			return connection.responseBytes();
		}
		String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
		return (length != null) ? Long.parseLong(length) : UNKNOWN_BYTES;
	}

	@Override
	public @Nullable String contentType() {
		HttpServletResponse response = this.response;
		return (response != null && !this.answeredByContainer) ? response.getContentType() : null;
	}

	/**
	 * Spring MVC resolves the exception of a client that has disconnected without an
	 * error status. With one, the application has resolved that of another connection.
	 */
	@Override
	public boolean isAborted() {
		ServletConnection connection = connection();
		if (this.aborted || (connection != null && connection.isBroken())) {
			return true;
		}
		return connection == null && status() < HttpStatus.BAD_REQUEST.value()
				&& attribute(DispatcherServlet.EXCEPTION_ATTRIBUTE) instanceof Exception resolved
				&& DisconnectedClientHelper.isClientDisconnectedException(resolved);
	}

	private @Nullable ServletConnection connection() {
		return (attribute(ServletConnection.ATTRIBUTE) instanceof ServletConnection connection) ? connection : null;
	}

	<T> @Nullable T read(Function<HttpServletRequest, @Nullable T> reader) {
		return read((request, none) -> reader.apply(request), "");
	}

	private <T> @Nullable T read(BiFunction<HttpServletRequest, String, @Nullable T> reader, String name) {
		HttpServletRequest request = this.request;
		try {
			return (request != null) ? reader.apply(request, name) : null;
		}
		catch (RuntimeException ex) {
			// The container has recycled the request, or a wrapper or principal fails
			return null;
		}
	}

}

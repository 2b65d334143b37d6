package dev.cairn.spring.web.request;

import java.net.InetSocketAddress;

import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The facts of a request of a reactive application.
 */
final class ReactiveRequestFacts extends ClientFacts {

	private final ReactiveResponse response;

	private volatile ServerHttpRequest request;

	private volatile @Nullable ServerWebExchange exchange;

	private volatile boolean cancelled;

	private volatile boolean answeredByServer;

	ReactiveRequestFacts(ServerHttpRequest request, ReactiveResponse response, ClientDetails client) {
		super(client);
		this.request = request;
		this.response = response;
	}

	/** Spring may have replaced the request by one with the address of the client. */
	void attach(ServerWebExchange exchange) {
		this.exchange = exchange;
		this.request = exchange.getRequest();
	}

	/** Records that the server has given up the request, because no one waits for it. */
	void cancelled() {
		this.cancelled = true;
	}

	/** Records an exception that Spring has not answered. */
	void failed() {
		this.answeredByServer = this.response.isAnsweredByServer();
	}

	@Override
	public String method() {
		return this.request.getMethod().name();
	}

	@Override
	public String path() {
		return this.request.getPath().pathWithinApplication().value();
	}

	@Override
	public @Nullable String query() {
		return this.request.getURI().getRawQuery();
	}

	@Override
	public String route() {
		Object pattern = attribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern instanceof PathPattern path) ? path.getPatternString()
				: (pattern != null) ? pattern.toString() : UNKNOWN_ROUTE;
	}

	/** The server switches to WebSocket below the response. */
	@Override
	public int status() {
		if (this.answeredByServer) {
			return HttpStatus.INTERNAL_SERVER_ERROR.value();
		}
		HttpStatusCode status = this.response.getStatusCode();
		if ((status == null || status.value() == HttpStatus.OK.value()) && this.response.isCommitted()
				&& attribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof WebSocketHandler) {
			return HttpStatus.SWITCHING_PROTOCOLS.value();
		}
		return (status != null) ? status.value() : HttpStatus.OK.value();
	}

	@Override
	public @Nullable String header(String name) {
		return this.request.getHeaders().getFirst(name);
	}

	@Override
	public @Nullable String cookie(String name) {
		HttpCookie cookie = this.request.getCookies().getFirst(name);
		return (cookie != null) ? cookie.getValue() : null;
	}

	@Override
	public @Nullable String address() {
		InetSocketAddress remote = this.request.getRemoteAddress();
		if (remote == null) {
			return null;
		}
		return ClientDetails.Address
			.withoutPort((remote.getAddress() != null) ? remote.getAddress().getHostAddress() : remote.getHostString());
	}

	/** Only known once the application has answered, or has failed to. */
	@Override
	public @Nullable String user() {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.attribute(USER) : null;
	}

	@Override
	public @Nullable Object attribute(String name) {
		ServerWebExchange known = this.exchange;
		return (known != null) ? known.getAttribute(name) : null;
	}

	@Override
	public long requestBytes() {
		return Math.max(this.request.getHeaders().getContentLength(), UNKNOWN_BYTES);
	}

	/** The server does not send the body of a response to {@code HEAD}. */
	@Override
	public long responseBytes() {
		return HttpMethod.HEAD.equals(this.request.getMethod()) ? 0 : this.response.bytes();
	}

	@Override
	public @Nullable String contentType() {
		return this.response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
	}

	@Override
	public boolean isAborted() {
		return this.cancelled || this.response.isBroken();
	}

}

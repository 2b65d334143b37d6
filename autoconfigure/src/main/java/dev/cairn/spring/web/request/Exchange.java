package dev.cairn.spring.web.request;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Trace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * One request and its response, from the first dispatch to the end.
 */
final class Exchange {

	private static final String ATTRIBUTE = Exchange.class.getName();

	private final RequestMessages messages;

	private final long startNanos = System.nanoTime();

	private final @Nullable Trace trace;

	private final AtomicBoolean ended = new AtomicBoolean();

	private boolean answeredByContainer;

	private Exchange(RequestMessages messages, @Nullable Trace trace) {
		this.messages = messages;
		this.trace = trace;
	}

	static Exchange start(RequestMessages messages, HttpServletRequest request, @Nullable Trace trace) {
		Exchange exchange = new Exchange(messages, trace);
		request.setAttribute(ATTRIBUTE, exchange);
		return exchange;
	}

	static @Nullable Exchange of(HttpServletRequest request) {
		return (Exchange) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Publish the message, the first time.
	 * @param failed whether an exception left the filter chain, which the container
	 * answers with a 500
	 */
	void end(HttpServletRequest request, HttpServletResponse response, boolean failed) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		this.answeredByContainer = failed && !response.isCommitted();
		int status = this.answeredByContainer ? HttpStatus.INTERNAL_SERVER_ERROR.value() : response.getStatus();
		this.messages.publish(this, request, response, status, System.nanoTime() - this.startNanos);
	}

	/** Return the trace that was active when the request came. */
	@Nullable Trace trace() {
		return this.trace;
	}

	/** Whether the body of the response is still to come, from an error page. */
	boolean isAnsweredByContainer() {
		return this.answeredByContainer;
	}

}

package dev.cairn.spring.web;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;

/**
 * One request and its response, from the first dispatch to the end.
 */
final class Exchange {

	private static final Logger logger = LoggerFactory.getLogger(Exchange.class);

	private static final AtomicBoolean customizerFailed = new AtomicBoolean();

	private static final String ATTRIBUTE = Exchange.class.getName();

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double MICROS_PER_MILLI = 1e3;

	private final Cairn cairn;

	private final long startNanos = System.nanoTime();

	private final @Nullable Trace trace;

	private final AtomicBoolean ended = new AtomicBoolean();

	private final List<RequestMessageCustomizer> customizers;

	private Exchange(Cairn cairn, @Nullable Trace trace, List<RequestMessageCustomizer> customizers) {
		this.cairn = cairn;
		this.trace = trace;
		this.customizers = customizers;
	}

	static Exchange start(Cairn cairn, HttpServletRequest request, @Nullable Trace trace,
			List<RequestMessageCustomizer> customizers) {
		Exchange exchange = new Exchange(cairn, trace, customizers);
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
		int status = (failed && !response.isCommitted()) ? HttpStatus.INTERNAL_SERVER_ERROR.value()
				: response.getStatus();
		Event event = this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.category(Category.QUALITY)
			.severity(RequestError.isServerError(status) ? Severity.ERROR : Severity.INFORMATIONAL)
			.trace(this.trace)
			.field("method", request.getMethod())
			.field("route", Routes.of(request))
			.field("status", status)
			.field("duration_ms", durationMillis())
			.field("outcome", outcome(status));
		String errorId = RequestError.idOf(request);
		if (errorId != null) {
			event.field(Message.FIELD_ERROR_ID, errorId);
		}
		customize(event, request, response);
		publish(event);
	}

	private static void publish(Event event) {
		try {
			event.publish();
		}
		catch (IllegalStateException ex) {
			// A customizer has published it already
		}
	}

	private void customize(Event event, HttpServletRequest request, HttpServletResponse response) {
		for (RequestMessageCustomizer customizer : this.customizers) {
			try {
				customizer.customize(event, request, response);
			}
			catch (RuntimeException ex) {
				if (customizerFailed.compareAndSet(false, true)) {
					logger.warn("Cairn: {} failed; further failures are not logged", customizer.getClass().getName(),
							ex);
				}
			}
		}
	}

	/** To the microsecond; more digits are noise. */
	private double durationMillis() {
		double millis = (System.nanoTime() - this.startNanos) / NANOS_PER_MILLI;
		return Math.round(millis * MICROS_PER_MILLI) / MICROS_PER_MILLI;
	}

	/** The names that Micrometer's {@code http.server.requests} has. */
	private static String outcome(int status) {
		return switch (status / 100) {
			case 1 -> "INFORMATIONAL";
			case 2 -> "SUCCESS";
			case 3 -> "REDIRECTION";
			case 4 -> "CLIENT_ERROR";
			case 5 -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
	}

}

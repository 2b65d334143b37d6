package dev.cairn.spring.web.request;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.spring.web.error.RequestError;
import dev.cairn.spring.web.error.Routes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the message of a request: first what decides whether it is kept, then, only
 * if it is, everything else.
 */
public final class RequestMessages {

	private static final Logger logger = LoggerFactory.getLogger(RequestMessages.class);

	private static final AtomicBoolean customizerFailed = new AtomicBoolean();

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double MICROS_PER_MILLI = 1e3;

	private final Cairn cairn;

	private final boolean keepErrors;

	private final long slowNanos;

	private final List<RequestMessageCustomizer> customizers;

	private final @Nullable UserAgents userAgents;

	/**
	 * Create it.
	 * @param cairn takes the messages
	 * @param keepErrors whether requests that failed are kept whatever the rules say
	 * @param slow requests that take as long are kept whatever the rules say; zero for
	 * none
	 * @param customizers add to the messages that are kept
	 * @param userAgents knows the software of the client; {@code null} when it is not to
	 * be told
	 */
	public RequestMessages(Cairn cairn, boolean keepErrors, Duration slow, List<RequestMessageCustomizer> customizers,
			@Nullable UserAgents userAgents) {
		this.cairn = cairn;
		this.keepErrors = keepErrors;
		this.slowNanos = slow.isZero() ? Long.MAX_VALUE : slow.toNanos();
		this.customizers = List.copyOf(customizers);
		this.userAgents = userAgents;
	}

	void publish(Exchange exchange, HttpServletRequest request, HttpServletResponse response, int status, long nanos) {
		String errorId = RequestError.idOf(request);
		boolean failed = RequestError.isServerError(status);
		Event event = this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.category(Category.QUALITY)
			.severity(failed ? Severity.ERROR : Severity.INFORMATIONAL)
			.trace(exchange.trace())
			.field("method", request.getMethod())
			.field("route", Routes.of(request))
			.field("status", status)
			.field("duration_ms", millis(nanos))
			.field("outcome", outcome(status));
		if (errorId != null) {
			event.field(Message.FIELD_ERROR_ID, errorId);
		}
		if (this.keepErrors && (failed || errorId != null) || nanos >= this.slowNanos) {
			event.keep();
		}
		if (event.isKept()) {
			customize(event, request, response);
			if (this.userAgents != null) {
				this.userAgents.describe(request, event, RequestMessages::publish);
				return;
			}
		}
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
	static double millis(long nanos) {
		return Math.round(nanos / NANOS_PER_MILLI * MICROS_PER_MILLI) / MICROS_PER_MILLI;
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

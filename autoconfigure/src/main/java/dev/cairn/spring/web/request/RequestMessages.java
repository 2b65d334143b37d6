package dev.cairn.spring.web.request;

import java.time.Duration;
import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Publishes the message of a request. The fields that sampling depends on are set first;
 * all others are only determined if the message is kept.
 */
final class RequestMessages {

	private static final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(RequestMessages.class));

	private static final int FIRST_SERVER_ERROR = 500;

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double MICROS_PER_MILLI = 1e3;

	private final Cairn cairn;

	private final boolean keepErrors;

	private final long slowNanos;

	private final OptionalFields fields;

	private final List<RequestMessageCustomizer> customizers;

	private final @Nullable UserAgents userAgents;

	RequestMessages(Cairn cairn, boolean keepErrors, Duration slow, OptionalFields fields,
			List<RequestMessageCustomizer> customizers, @Nullable UserAgents userAgents) {
		this.cairn = cairn;
		this.keepErrors = keepErrors;
		this.slowNanos = slow.isZero() ? Long.MAX_VALUE : slow.toNanos();
		this.fields = fields;
		this.customizers = List.copyOf(customizers);
		this.userAgents = userAgents;
	}

	void publish(UnitOfWork unit, RequestFacts request, long nanos) {
		Event event = this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.category(Category.QUALITY)
			.trace(unit.trace())
			.field(MessageFields.METHOD, request.method())
			.field(MessageFields.ROUTE, request.route())
			.field(MessageFields.STATUS, request.status())
			.field(MessageFields.DURATION_MS, millis(nanos))
			.field(MessageFields.OUTCOME, outcome(request.status()));
		boolean failed = isFailed(request);
		event.severity(failed ? Severity.ERROR : Severity.INFORMATIONAL);
		String errorId = errorId(unit);
		if (errorId != null) {
			event.field(MessageFields.ERROR_ID, errorId);
		}
		if (this.keepErrors && (failed || errorId != null) || nanos >= this.slowNanos) {
			event.keep();
		}
		if (!event.decide()) {
			publish(event);
			return;
		}
		addSizes(event, request);
		customize(event, request);
		if (this.userAgents != null) {
			this.userAgents.publish(event, request, RequestMessages::publish);
		}
		else {
			publish(event);
		}
	}

	static boolean isFailed(RequestFacts request) {
		return request.status() >= FIRST_SERVER_ERROR && !request.isAborted();
	}

	/**
	 * Returns the id of the incident that the request failed with, or else of the first
	 * one that was reported while the request was served.
	 */
	private static @Nullable String errorId(UnitOfWork unit) {
		String errorId = unit.attribute(RequestFacts.ERROR_ID);
		List<String> incidents = (errorId != null) ? List.of() : unit.incidents();
		return incidents.isEmpty() ? errorId : incidents.get(0);
	}

	private static void publish(Event event) {
		try {
			event.publish();
		}
		catch (IllegalStateException ex) {
			// A customizer has already published the message
		}
	}

	private void addSizes(Event event, RequestFacts request) {
		if (request.requestBytes() != RequestFacts.UNKNOWN_BYTES) {
			this.fields.add(event, MessageFields.REQUEST_BYTES, request.requestBytes());
		}
		if (request.responseBytes() != RequestFacts.UNKNOWN_BYTES) {
			this.fields.add(event, MessageFields.RESPONSE_BYTES, request.responseBytes());
		}
	}

	private void customize(Event event, RequestFacts request) {
		for (RequestMessageCustomizer customizer : this.customizers) {
			try {
				customizer.customize(event, request);
			}
			catch (RuntimeException ex) {
				String name = customizer.getClass().getName();
				warnings.warn(name, () -> "Failed to customize the message of a request with " + name + ": " + ex);
			}
		}
	}

	/** Returns milliseconds with a precision of one microsecond. */
	static double millis(long nanos) {
		return Math.round(nanos / NANOS_PER_MILLI * MICROS_PER_MILLI) / MICROS_PER_MILLI;
	}

	/** Returns the value of the tag {@code outcome} of {@code http.server.requests}. */
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

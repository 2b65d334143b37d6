package dev.cairn.spring.web.request;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the message of a request. The fields that sampling depends on are set first;
 * all others are only determined if the message is kept.
 */
final class RequestMessages {

	private static final int FIRST_SERVER_ERROR = 500;

	private static final int MAX_TYPE_LENGTH = 100;

	private final Cairn cairn;

	private final boolean keepErrors;

	private final long slowNanos;

	private final OptionalFields fields;

	private final Extensions extensions;

	private final List<Extensions.Named<RequestMessageCustomizer>> customizers;

	private final @Nullable UserAgents userAgents;

	RequestMessages(Cairn cairn, RequestsProperties properties, Extensions extensions,
			List<RequestMessageCustomizer> customizers, @Nullable UserAgents userAgents) {
		this.cairn = cairn;
		this.keepErrors = properties.keepErrors();
		this.slowNanos = properties.slowNanos();
		this.fields = properties.toOptionalFields();
		this.extensions = extensions;
		this.customizers = Extensions.named("request customizer", customizers);
		this.userAgents = userAgents;
	}

	void publish(UnitOfWork unit, RequestFacts request, long nanos) {
		int status = request.status();
		boolean aborted = request.isAborted();
		boolean failed = !aborted && isFailed(unit, status);
		Event event = this.cairn.message(Message.TYPE_HTTP_REQUEST)
			.category(Category.QUALITY)
			.trace(unit.trace())
			.severity(failed ? Severity.ERROR : Severity.INFORMATIONAL)
			.field(MessageFields.METHOD, request.method())
			.field(MessageFields.ROUTE, request.route())
			.field(MessageFields.STATUS, status)
			.field(MessageFields.DURATION_MS, millis(nanos))
			.field(MessageFields.OUTCOME, MessageFields.outcome(status));
		if (aborted) {
			event.field(MessageFields.ABORTED, true);
		}
		String errorId = errorId(unit);
		if (errorId != null) {
			event.field(MessageFields.ERROR_ID, errorId);
			if (request.route().equals(RequestFacts.UNKNOWN_ROUTE)) {
				event.field(MessageFields.PATH, request.path());
			}
		}
		if (this.keepErrors && (failed || errorId != null) || nanos >= this.slowNanos) {
			event.keep();
		}
		boolean kept = event.decide();
		if (kept) {
			addSize(event, MessageFields.REQUEST_BYTES, request.requestBytes());
			addSize(event, MessageFields.RESPONSE_BYTES, request.responseBytes());
			this.fields.add(event, MessageFields.CONTENT_TYPE, mediaType(request.contentType()));
			this.extensions.each(this.customizers, (customizer) -> customizer.customize(event, request));
		}
		if (kept && this.userAgents != null) {
			this.userAgents.publish(event, request, RequestMessages::publish);
		}
		else {
			publish(event);
		}
	}

	/** A response that was committed before it failed has the status of a success. */
	static boolean isFailed(UnitOfWork unit, int status) {
		return status >= FIRST_SERVER_ERROR || unit.attribute(RequestFacts.ERROR_ID) != null;
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

	private void addSize(Event event, String field, long bytes) {
		this.fields.add(event, field, (bytes != RequestFacts.UNKNOWN_BYTES) ? bytes : null);
	}

	/** Returns a media type without its parameters. */
	private static @Nullable String mediaType(@Nullable String contentType) {
		if (contentType == null) {
			return null;
		}
		int end = contentType.indexOf(';');
		String type = (end < 0) ? contentType : contentType.substring(0, end);
		return Text.cut(type.strip().toLowerCase(Locale.ROOT), MAX_TYPE_LENGTH);
	}

	/** Returns milliseconds with a precision of one microsecond. */
	static double millis(long nanos) {
		return TimeUnit.NANOSECONDS.toMicros(nanos) / 1e3;
	}

}

package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * The names of the fields that Cairn itself writes into messages, and accessors for those
 * that Cairn also reads.
 */
public final class MessageFields {

	/** The fraction that was kept of messages like this one. */
	public static final String RATE = "rate";

	/** The line of the application that published the message. */
	public static final String CALL_SITE = "call_site";

	/** The version of an event that is a record. */
	public static final String EVENT_VERSION = "event_version";

	/** The description of the reported failure, written by encoders. */
	public static final String EXCEPTION = "exception";

	/** The id of the incident. */
	public static final String ERROR_ID = "error_id";

	/** The code of {@link Failure.ErrorDetails}. */
	public static final String ERROR_CODE = "error_code";

	/** The number of failures that the message of an incident stands for. */
	public static final String COUNT = "count";

	/** The number of attempts that failed. */
	public static final String ATTEMPTS = "attempts";

	/** The calls that failed, and the arguments of each. */
	public static final String ARGUMENTS = "arguments";

	/** The class of a call that failed. */
	public static final String CLASS = "class";

	/** The values bound for the unit of work. */
	public static final String CONTEXT = "context";

	/** The name of the thread. */
	public static final String THREAD = "thread";

	/** The logger of the log entry. */
	public static final String LOG_LOGGER = "log_logger";

	/** The text of the log entry. */
	public static final String LOG_MESSAGE = "log_message";

	/** The text of the log entry before its placeholders are replaced. */
	public static final String LOG_TEMPLATE = "log_template";

	/** The values of the placeholders of the log entry. */
	public static final String LOG_ARGUMENTS = "log_arguments";

	/** The diagnostic context (MDC) of the log entry. */
	public static final String LOG_CONTEXT = "log_context";

	/** Whether a handler of exceptions has answered the failure. */
	public static final String HANDLED = "handled";

	/** The method of the request, or of a call that failed. */
	public static final String METHOD = "method";

	/** The route of the request, with placeholders instead of values. */
	public static final String ROUTE = "route";

	/** The path of a failed request without a route. */
	public static final String PATH = "path";

	/** The exception that a handler of exceptions has thrown. */
	public static final String HANDLER_EXCEPTION = "handler_exception";

	/** The status of the response. */
	public static final String STATUS = "status";

	/** The outcome of the request, such as {@code SUCCESS}. */
	public static final String OUTCOME = "outcome";

	/** The duration in milliseconds. */
	public static final String DURATION_MS = "duration_ms";

	/** The size of the request's body. */
	public static final String REQUEST_BYTES = "request_bytes";

	/** The size of the response's body. */
	public static final String RESPONSE_BYTES = "response_bytes";

	/** Whether the client disconnected before it received the response. */
	public static final String ABORTED = "aborted";

	/** The headers of the request. */
	public static final String HEADERS = "headers";

	/** The name of the authenticated user. */
	public static final String USER = "user";

	/** The pseudonym of the visitor. */
	public static final String VISITOR = "visitor";

	/** The id of the visit: the requests of a visitor until it is inactive. */
	public static final String VISIT_ID = "visit_id";

	/** The id of the user that the visitor was identified as. */
	public static final String USER_ID = "user_id";

	/** Another id of the same person. */
	public static final String ALIAS = "alias";

	/** The country of the client: two upper-case letters, as in ISO 3166. */
	public static final String COUNTRY = "country";

	/** The part of the country. */
	public static final String REGION = "region";

	/** The operator of the client's network. */
	public static final String OPERATOR = "operator";

	/** Whether the visitor consents to being counted. */
	public static final String CONSENT = "consent";

	/** The address of the client. */
	public static final String CLIENT_ADDRESS = "client_address";

	/** The preferred language of the client. */
	public static final String LANGUAGE = "language";

	/** The page that led to the request. */
	public static final String REFERRER = "referrer";

	/** The user agent as the client sent it. */
	public static final String USER_AGENT = "user_agent";

	/** The name of the client's browser or program. */
	public static final String BROWSER = "browser";

	/** The major version of the browser. */
	public static final String BROWSER_VERSION = "browser_version";

	/** The client's operating system. */
	public static final String OS = "os";

	/** The media type of the response, such as {@code text/html}. */
	public static final String CONTENT_TYPE = "content_type";

	/** The class of the client's device, such as {@code phone}. */
	public static final String DEVICE_CLASS = "device_class";

	/** The class of device of a client that is no person. */
	public static final String ROBOT = "robot";

	/** The topic of the record of Kafka that a listener handles. */
	public static final String KAFKA_TOPIC = "kafka_topic";

	/** The partition of the record. */
	public static final String KAFKA_PARTITION = "kafka_partition";

	/** The offset of the record. */
	public static final String KAFKA_OFFSET = "kafka_offset";

	/** The group of the listener's consumer. */
	public static final String KAFKA_GROUP = "kafka_group";

	/** When the collector has received the message. */
	public static final String RECEIVED_AT = "received_at";

	/** How far the collector's clock was ahead of that of the sender. */
	public static final String CLOCK_SKEW_MS = "clock_skew_ms";

	/**
	 * The time of the message by the clock of the sender, which the collector corrected.
	 */
	public static final String SENDER_TIMESTAMP = "sender_timestamp";

	/** Whether the time differs from that of the receipt, and nothing explains it. */
	public static final String TIMESTAMP_DOUBTFUL = "timestamp_doubtful";

	/** Whether the collector has no schema for the type of the message. */
	public static final String SCHEMA_UNKNOWN = "schema_unknown";

	private MessageFields() {
	}

	public static @Nullable String errorId(Message message) {
		return text(message, ERROR_ID);
	}

	/**
	 * Returns the fraction that was kept of messages like this one.
	 * @param message the message
	 * @return more than 0, at most 1
	 */
	public static double rate(Message message) {
		Number rate = number(message, RATE);
		return (rate != null && rate.doubleValue() > 0 && rate.doubleValue() < 1) ? rate.doubleValue() : 1;
	}

	public static @Nullable String method(Message message) {
		return text(message, METHOD);
	}

	public static @Nullable String route(Message message) {
		return text(message, ROUTE);
	}

	/**
	 * Returns the status of the response.
	 * @param message the message
	 * @return the status, or 0 if the message has none
	 */
	public static int status(Message message) {
		Number status = number(message, STATUS);
		return (status != null) ? status.intValue() : 0;
	}

	/**
	 * Returns the outcome of a status, as Spring's tag {@code outcome} of requests has
	 * it.
	 * @param status the status of a response
	 * @return the outcome
	 */
	public static String outcome(int status) {
		return switch (status / 100) {
			case 1 -> "INFORMATIONAL";
			case 2 -> "SUCCESS";
			case 3 -> "REDIRECTION";
			case 4 -> "CLIENT_ERROR";
			case 5 -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
	}

	public static @Nullable String visitor(Message message) {
		return text(message, VISITOR);
	}

	public static @Nullable String userId(Message message) {
		return text(message, USER_ID);
	}

	public static @Nullable String alias(Message message) {
		return text(message, ALIAS);
	}

	/**
	 * Returns whether the message belongs to a request of a robot.
	 * @param message the message
	 * @return whether its class of device is {@link #ROBOT}
	 */
	public static boolean isRobot(Message message) {
		return ROBOT.equals(deviceClass(message));
	}

	public static @Nullable String contentType(Message message) {
		return text(message, CONTENT_TYPE);
	}

	public static @Nullable String deviceClass(Message message) {
		return text(message, DEVICE_CLASS);
	}

	private static @Nullable String text(Message message, String field) {
		return (message.fields().get(field) instanceof String text) ? text : null;
	}

	private static @Nullable Number number(Message message, String field) {
		return (message.fields().get(field) instanceof Number number) ? number : null;
	}

}

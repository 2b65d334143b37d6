package dev.cairn.spring.autoconfigure;

import java.util.List;

import dev.cairn.spring.web.ErrorStatuses;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures.
 *
 * @param enabled Whether failures of requests are captured.
 * @param logged Whether throwables that are logged at ERROR are captured.
 * @param loggedTexts Whether lines at ERROR without a throwable are failures too.
 * @param kafkaListeners Whether a record that a Kafka listener gives up is one failure
 * with the number of its attempts; otherwise each attempt that is logged is one.
 * @param uncaught Whether exceptions that end a thread are captured.
 * @param problemDetails Whether errors are answered with problem details (RFC 9457); they
 * are too when spring.mvc.problemdetails.enabled is set.
 * @param statuses Statuses of responses that make an exception a failure: numbers such as
 * 409, or classes such as 4xx.
 * @param requestHeaders Headers of the request that are told with a failure; by default
 * accept, accept-language, content-length, content-type, host, origin, referer,
 * user-agent and x-request-id.
 * @param user Whether the name of the logged-in user is told with a failure; to Sentry
 * only with sentry.send-default-pii.
 * @param arguments Arguments of the calls that fail.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("true") boolean logged,
		@DefaultValue("true") boolean loggedTexts, @DefaultValue("true") boolean kafkaListeners,
		@DefaultValue("true") boolean uncaught, @DefaultValue("false") boolean problemDetails,
		@DefaultValue("5xx") List<String> statuses, @Nullable List<String> requestHeaders,
		@DefaultValue("true") boolean user, @DefaultValue ArgumentsProperties arguments) {

	/** What says something about the request and nothing about who may send it. */
	private static final List<String> REQUEST_HEADERS = List.of("accept", "accept-language", "content-length",
			"content-type", "host", "origin", "referer", "user-agent", "x-request-id");

	List<String> requestHeadersOrDefault() {
		return (this.requestHeaders != null) ? this.requestHeaders : REQUEST_HEADERS;
	}

	ErrorStatuses toStatuses() {
		return InvalidProperty.check("cairn.errors.statuses", this.statuses, () -> ErrorStatuses.of(this.statuses));
	}

	/**
	 * Arguments of the calls that fail.
	 *
	 * @param enabled Whether a failure is reported with the arguments of the
	 * application's own bean methods that it went through.
	 */
	record ArgumentsProperties(@DefaultValue("true") boolean enabled) {

	}

}

package dev.cairn.spring.web.error;

import java.util.List;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures.
 *
 * @param enabled Whether failures of requests are captured.
 * @param problemDetails Whether errors are answered with problem details (RFC 9457); they
 * are too when spring.mvc.problemdetails.enabled is set.
 * @param statuses Statuses of responses that make an exception a failure: numbers such as
 * 409, or classes such as 4xx.
 * @param requestHeaders Headers of the request that are told with a failure; by default
 * accept, accept-language, content-length, content-type, host, origin, referer,
 * user-agent and x-request-id.
 * @param user Whether the name of the logged-in user is told with a failure; to Sentry
 * only with sentry.send-default-pii.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean problemDetails,
		@DefaultValue("5xx") List<String> statuses, @Nullable List<String> requestHeaders,
		@DefaultValue("true") boolean user) {

	/** What says something about the request and nothing about who may send it. */
	private static final List<String> REQUEST_HEADERS = List.of("accept", "accept-language", "content-length",
			"content-type", "host", "origin", "referer", "user-agent", "x-request-id");

	List<String> requestHeadersOrDefault() {
		return (this.requestHeaders != null) ? this.requestHeaders : REQUEST_HEADERS;
	}

	ErrorStatuses toStatuses() {
		return InvalidProperty.check("cairn.errors.statuses", this.statuses, () -> ErrorStatuses.of(this.statuses));
	}

}

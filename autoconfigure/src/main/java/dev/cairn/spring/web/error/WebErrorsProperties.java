package dev.cairn.spring.web.error;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the failures of requests.
 *
 * @param enabled Whether to capture failures.
 * @param statuses Statuses of responses that make an exception a failure: numbers such as
 * 409, or classes such as 4xx.
 * @param requestHeaders Headers of the request to report with a failure; by default
 * accept, accept-language, content-length, content-type, host, origin, referer,
 * user-agent and x-request-id.
 * @param user Whether to report the name of the authenticated user with a failure; Sentry
 * receives it only with sentry.send-default-pii.
 * @param problemDetails Whether the JSON of Boot's error page contains problem details
 * for exceptions that are not handled, if spring.mvc.problemdetails.enabled or
 * spring.webflux.problemdetails.enabled is true.
 */
@ConfigurationProperties("cairn.errors")
record WebErrorsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("5xx") List<String> statuses,
		@Nullable List<String> requestHeaders, @DefaultValue("true") boolean user,
		@DefaultValue("true") boolean problemDetails) {

	/** Headers that describe the request but not who sends it. */
	private static final List<String> REQUEST_HEADERS = List.of("accept", "accept-language", "content-length",
			"content-type", "host", "origin", "referer", "user-agent", "x-request-id");

	private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

	List<String> requestHeadersOrDefault() {
		return (this.requestHeaders != null) ? this.requestHeaders : REQUEST_HEADERS;
	}

	Set<Integer> toStatuses() {
		return InvalidProperty.check("cairn.errors.statuses", this.statuses,
				() -> this.statuses.stream()
					.flatMapToInt(WebErrorsProperties::toStatuses)
					.boxed()
					.collect(Collectors.toSet()));
	}

	private static IntStream toStatuses(String status) {
		if (!STATUS.matcher(status).matches()) {
			throw new IllegalArgumentException(
					"a status must be a number such as 409 or a class such as 4xx, but was '" + status + "'");
		}
		int first = Integer.parseInt(status.replace('x', '0'));
		return IntStream.range(first, first + (status.endsWith("xx") ? 100 : 1));
	}

}

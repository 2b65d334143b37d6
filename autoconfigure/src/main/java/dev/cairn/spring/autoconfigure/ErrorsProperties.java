package dev.cairn.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures.
 *
 * @param enabled Whether failures of requests are captured.
 * @param logged Whether throwables that are logged at ERROR are captured.
 * @param problemDetails Whether errors are answered with problem details (RFC 9457); they
 * are too when spring.mvc.problemdetails.enabled is set.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("true") boolean logged,
		@DefaultValue("false") boolean problemDetails) {
}

package dev.cairn.spring.sentry;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for sending failures to Sentry, over the client that {@code sentry}
 * configures.
 *
 * @param enabled Whether Cairn decides which failures to capture. Otherwise Sentry's own
 * integrations do.
 */
@ConfigurationProperties("cairn.sentry")
record SentrySinkProperties(@DefaultValue("true") boolean enabled) {
}

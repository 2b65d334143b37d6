package dev.cairn.spring.sentry;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for sending failures to Sentry, over the client that {@code sentry}
 * configures.
 *
 * @param enabled Whether Cairn captures failures for Sentry. Otherwise, Sentry's own
 * integrations do.
 */
@ConfigurationProperties("cairn.sentry")
record SentrySinkProperties(@DefaultValue("true") boolean enabled) {
}

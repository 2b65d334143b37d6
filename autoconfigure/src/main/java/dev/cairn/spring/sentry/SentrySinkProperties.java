package dev.cairn.spring.sentry;

import dev.cairn.spring.core.DeliveryProperties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures to Sentry, over the client that {@code sentry} describes.
 *
 * @param enabled Whether Cairn decides what is captured; otherwise Sentry's own
 * integrations do.
 * @param delivery How messages are queued, batched and retried.
 */
@ConfigurationProperties("cairn.sentry")
record SentrySinkProperties(@DefaultValue("true") boolean enabled,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}

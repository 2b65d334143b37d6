package dev.cairn.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * StatsD lines over UDP to the server that {@code management.statsd.metrics.export}
 * describes.
 *
 * @param enabled Whether Cairn delivers the lines; otherwise Micrometer does.
 * @param delivery How lines are queued, batched and retried.
 */
@ConfigurationProperties("cairn.statsd")
record StatsdSinkProperties(@DefaultValue("true") boolean enabled,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}

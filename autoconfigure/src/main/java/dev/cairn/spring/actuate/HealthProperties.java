package dev.cairn.spring.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The health of the channels.
 *
 * @param enabled Whether the health of the service shows the channels.
 * @param downWhenChannelDown Whether a channel that is down makes the service down.
 */
@ConfigurationProperties("cairn.health")
record HealthProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean downWhenChannelDown) {
}

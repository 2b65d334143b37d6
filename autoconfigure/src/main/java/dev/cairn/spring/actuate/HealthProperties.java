package dev.cairn.spring.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for the health of the channels.
 *
 * @param enabled Whether to include the channels in the health of the service.
 * @param downWhenChannelDown Whether the service is down if a channel is down.
 */
@ConfigurationProperties("cairn.health")
record HealthProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean downWhenChannelDown) {
}

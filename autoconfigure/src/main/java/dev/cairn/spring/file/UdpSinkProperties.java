package dev.cairn.spring.file;

import dev.cairn.spring.core.DeliveryProperties;
import dev.cairn.spring.core.Encoding;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Messages as datagrams, one each, as Metlog's UDP sender sends them.
 *
 * @param enabled Whether messages go out as datagrams when a host is configured.
 * @param host Host that receives them.
 * @param port Port that receives them.
 * @param encoding Format of the datagrams.
 * @param delivery How messages are queued, batched and retried.
 */
@ConfigurationProperties("cairn.udp")
record UdpSinkProperties(@DefaultValue("true") boolean enabled, @Nullable String host, @DefaultValue("5565") int port,
		@DefaultValue("cairn") Encoding encoding,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}

package dev.cairn.spring.file;

import dev.cairn.encoding.MessageEncoder.Format;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for sending messages as datagrams, one each, as Metlog's UDP sender does.
 *
 * @param enabled Whether messages are sent as datagrams if a host is configured.
 * @param host Host of the receiver.
 * @param port Port of the receiver.
 * @param encoding Format of the datagrams.
 */
@ConfigurationProperties("cairn.udp")
record UdpSinkProperties(@DefaultValue("true") boolean enabled, @Nullable String host, @DefaultValue("5565") int port,
		@DefaultValue("cairn") Format encoding) {
}

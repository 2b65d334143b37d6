package dev.cairn.spring.file;

import dev.cairn.spring.core.DeliveryProperties;
import dev.cairn.spring.core.Encoding;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Messages to standard output.
 *
 * @param enabled Whether messages go to standard output.
 * @param encoding Format of the lines.
 * @param delivery How messages are queued, batched and retried.
 */
@ConfigurationProperties("cairn.stdout")
record StdoutSinkProperties(@DefaultValue("false") boolean enabled, @DefaultValue("cairn") Encoding encoding,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}

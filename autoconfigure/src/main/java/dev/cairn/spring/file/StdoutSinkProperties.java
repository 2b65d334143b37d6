package dev.cairn.spring.file;

import dev.cairn.encoding.MessageEncoder.Format;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for writing messages to standard output.
 *
 * @param enabled Whether messages are written to standard output.
 * @param encoding Format of the lines.
 */
@ConfigurationProperties("cairn.stdout")
record StdoutSinkProperties(@DefaultValue("false") boolean enabled, @DefaultValue("cairn") Format encoding) {
}

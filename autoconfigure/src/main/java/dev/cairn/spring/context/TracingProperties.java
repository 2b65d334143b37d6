package dev.cairn.spring.context;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of traces.
 *
 * @param enabled Whether a service without a tracer continues the traces of its callers,
 * and Traced is recorded.
 */
@ConfigurationProperties("cairn.tracing")
record TracingProperties(@DefaultValue("true") boolean enabled) {
}

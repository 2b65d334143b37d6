package dev.cairn.spring.context;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bound values.
 *
 * @param mdc Whether bound values are written into the MDC, so that log lines contain
 * them.
 */
@ConfigurationProperties("cairn.context")
record ContextProperties(@DefaultValue("true") boolean mdc) {
}

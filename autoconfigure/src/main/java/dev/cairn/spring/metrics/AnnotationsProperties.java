package dev.cairn.spring.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Micrometer's annotations.
 *
 * @param enabled Whether Timed and Counted on beans are served.
 * @param controllers Whether Timed is served on methods that handle requests, which are
 * timed as http.server.requests anyway.
 */
@ConfigurationProperties("cairn.annotations")
record AnnotationsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean controllers) {
}

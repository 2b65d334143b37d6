package dev.cairn.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Micrometer's annotations.
 *
 * @param enabled Whether Timed and Counted on beans are served.
 */
@ConfigurationProperties("cairn.annotations")
record AnnotationsProperties(@DefaultValue("true") boolean enabled) {
}

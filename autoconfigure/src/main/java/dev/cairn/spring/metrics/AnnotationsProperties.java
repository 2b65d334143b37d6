package dev.cairn.spring.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of Micrometer's annotations.
 *
 * @param enabled Whether Timed and Counted on beans are measured.
 */
@ConfigurationProperties("cairn.annotations")
record AnnotationsProperties(@DefaultValue("true") boolean enabled) {
}

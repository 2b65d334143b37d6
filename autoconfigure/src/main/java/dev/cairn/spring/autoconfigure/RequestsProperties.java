package dev.cairn.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One message for each request.
 *
 * @param enabled Whether each request is published as an http.request message.
 */
@ConfigurationProperties("cairn.requests")
record RequestsProperties(@DefaultValue("true") boolean enabled) {
}

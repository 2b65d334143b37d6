package dev.cairn.spring.arguments;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Arguments of failed calls.
 *
 * @param enabled Whether to report failures with the arguments of the application's bean
 * methods that they passed through.
 */
@ConfigurationProperties("cairn.errors.arguments")
record ArgumentsProperties(@DefaultValue("true") boolean enabled) {
}

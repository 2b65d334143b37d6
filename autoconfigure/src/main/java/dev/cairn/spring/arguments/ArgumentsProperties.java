package dev.cairn.spring.arguments;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Arguments of the calls that fail.
 *
 * @param enabled Whether a failure is reported with the arguments of the application's
 * own bean methods that it went through.
 */
@ConfigurationProperties("cairn.errors.arguments")
record ArgumentsProperties(@DefaultValue("true") boolean enabled) {
}

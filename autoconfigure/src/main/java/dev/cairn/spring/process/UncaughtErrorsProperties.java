package dev.cairn.spring.process;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures that end a thread.
 *
 * @param uncaught Whether exceptions that end a thread are captured.
 */
@ConfigurationProperties("cairn.errors")
record UncaughtErrorsProperties(@DefaultValue("true") boolean uncaught) {
}

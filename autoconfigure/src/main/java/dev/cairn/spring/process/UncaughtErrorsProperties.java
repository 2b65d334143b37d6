package dev.cairn.spring.process;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties for uncaught exceptions.
 *
 * @param uncaught Whether to capture exceptions that terminate a thread.
 */
@ConfigurationProperties("cairn.errors")
record UncaughtErrorsProperties(@DefaultValue("true") boolean uncaught) {
}

package dev.cairn.spring.error;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of failures outside of requests.
 *
 * @param uncaught Whether to capture exceptions that terminate a thread.
 * @param kafkaListeners Whether to report each record that a Kafka listener gives up as
 * one incident with the number of attempts. Otherwise, each logged attempt is an
 * incident.
 */
@ConfigurationProperties("cairn.errors")
record ErrorsProperties(@DefaultValue("true") boolean uncaught, @DefaultValue("true") boolean kafkaListeners) {
}

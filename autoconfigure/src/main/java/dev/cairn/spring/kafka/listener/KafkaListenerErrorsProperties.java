package dev.cairn.spring.kafka.listener;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures of Kafka listeners.
 *
 * @param kafkaListeners Whether to report each record that a Kafka listener gives up as
 * one incident with the number of attempts. Otherwise, each logged attempt is an
 * incident.
 */
@ConfigurationProperties("cairn.errors")
record KafkaListenerErrorsProperties(@DefaultValue("true") boolean kafkaListeners) {
}

package dev.cairn.spring.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures of Kafka listeners.
 *
 * @param kafkaListeners Whether a record that a Kafka listener gives up is one failure
 * with the number of its attempts; otherwise each attempt that is logged is one.
 */
@ConfigurationProperties("cairn.errors")
record KafkaListenerErrorsProperties(@DefaultValue("true") boolean kafkaListeners) {
}

package dev.cairn.spring.kafka;

import java.util.Map;

/**
 * Changes the configuration of the producer with which Cairn publishes to Kafka; the
 * properties have been applied. The application's own producers are not touched.
 */
@FunctionalInterface
public interface KafkaProducerCustomizer {

	/**
	 * Change it.
	 * @param configuration the properties of a Kafka producer by name
	 */
	void customize(Map<String, Object> configuration);

}

package dev.cairn.spring.autoconfigure;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Messages to Kafka, over the connection that {@code spring.kafka} describes.
 *
 * @param enabled Whether messages go to Kafka when a broker is configured.
 * @param topic Topic of a message, with places for what the message holds.
 * @param key Key of a message, with places for what the message holds; a message that
 * lacks the value goes without a key.
 * @param encoding Format of the records.
 * @param properties Further properties of the producer; they go before all others.
 * @param delivery How messages are queued, batched and retried.
 */
@ConfigurationProperties("cairn.kafka")
record KafkaSinkProperties(@DefaultValue("true") boolean enabled, @DefaultValue("cairn-events") String topic,
		@DefaultValue("{trace_id}") String key, @DefaultValue("cairn") Encoding encoding,
		@DefaultValue Map<String, String> properties,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}

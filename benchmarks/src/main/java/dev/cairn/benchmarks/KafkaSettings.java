package dev.cairn.benchmarks;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The settings of all producers.
 */
final class KafkaSettings {

	/** An address without a listener. */
	static final String CLOSED_PORT = "127.0.0.1:1";

	private KafkaSettings() {
	}

	static Map<String, Object> producer(String bootstrapServers) {
		Map<String, Object> settings = new HashMap<>();
		settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
		settings.put(ProducerConfig.ACKS_CONFIG, "all");
		settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
		return settings;
	}

	static <V> ProducerFactory<String, V> factory(String bootstrapServers, Serializer<V> values) {
		return new DefaultKafkaProducerFactory<>(producer(bootstrapServers), new StringSerializer(), values);
	}

	static IllegalStateException noBroker(String bootstrapServers, @Nullable Exception cause) {
		return new IllegalStateException("no broker is available at " + bootstrapServers
				+ "; start one with src/backends/backends.sh start kafka, or use another address", cause);
	}

}

package dev.cairn.sample.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.JsonNode;

/**
 * A topic, read from its beginning each time.
 */
final class KafkaTopic {

	private static final Duration POLL = Duration.ofMillis(200);

	private final String servers;

	private final String name;

	KafkaTopic(int port, String name) {
		this("127.0.0.1:" + port, name);
	}

	private KafkaTopic(String servers, String name) {
		this.servers = servers;
		this.name = name;
	}

	/**
	 * Return another topic of the same cluster.
	 * @param other its name
	 * @return the topic
	 */
	KafkaTopic named(String other) {
		return new KafkaTopic(this.servers, other);
	}

	/**
	 * Write a record that is none of Cairn's.
	 * @param value its value
	 */
	void write(String value) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, this.servers), new StringSerializer(),
				new StringSerializer())) {
			producer.send(new ProducerRecord<>(this.name, value));
		}
	}

	List<KafkaMessage> read() {
		return records().stream().map(KafkaMessage::of).toList();
	}

	/**
	 * Return the values of a header, which a record may have several times.
	 * @param name the name of the header
	 * @return the values of each record
	 */
	List<List<String>> headers(String name) {
		return records().stream()
			.map((record) -> Stream.of(record.headers().toArray())
				.filter((header) -> header.key().equals(name))
				.map((header) -> new String(header.value(), StandardCharsets.UTF_8))
				.toList())
			.toList();
	}

	private List<ConsumerRecord<String, String>> records() {
		Map<String, Object> configuration = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, this.servers,
				ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(configuration, new StringDeserializer(),
				new StringDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(this.name)
				.stream()
				.map((partition) -> new TopicPartition(this.name, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			return readToEnd(consumer, consumer.endOffsets(partitions));
		}
	}

	private static List<ConsumerRecord<String, String>> readToEnd(KafkaConsumer<String, String> consumer,
			Map<TopicPartition, Long> ends) {
		List<ConsumerRecord<String, String>> records = new ArrayList<>();
		while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
			consumer.poll(POLL).forEach(records::add);
		}
		return records;
	}

	/**
	 * One record.
	 *
	 * @param key its key
	 * @param headers its headers
	 * @param json its value
	 */
	record KafkaMessage(String key, Map<String, String> headers, JsonNode json) {

		static KafkaMessage of(ConsumerRecord<String, String> record) {
			Map<String, String> headers = new HashMap<>();
			for (Header header : record.headers()) {
				headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
			}
			return new KafkaMessage(record.key(), headers, Json.tree(record.value()));
		}

		String text(String name) {
			return this.json.path(name).asString();
		}

		String id() {
			return text("id");
		}

		String type() {
			return text("type");
		}

		String traceId() {
			return text("trace_id");
		}

		int severity() {
			return this.json.path("severity").asInt(-1);
		}

		JsonNode fields() {
			return this.json.path("fields");
		}

	}

}

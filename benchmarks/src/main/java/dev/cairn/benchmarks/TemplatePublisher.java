package dev.cairn.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.serializer.JacksonJsonSerializer;

/**
 * Publishes with {@link KafkaTemplate}, as an application would without Cairn.
 *
 * @param <V> what the record holds
 */
final class TemplatePublisher<V> implements Publisher {

	private static final String TOPIC = "template-benchmark";

	private static final int PATIENCE_SECONDS = 20;

	private final ProducerFactory<String, V> producers;

	private final KafkaTemplate<String, V> template;

	private final Function<OrderPlaced, ProducerRecord<String, V>> records;

	TemplatePublisher(ProducerFactory<String, V> producers, Function<OrderPlaced, ProducerRecord<String, V>> records) {
		this.producers = producers;
		this.template = new KafkaTemplate<>(producers);
		this.records = records;
	}

	/** The five values and nothing else: no id, no time, no origin. */
	static Publisher json(String bootstrapServers) {
		return open(bootstrapServers, new JacksonJsonSerializer<>(), (order) -> record(order, order));
	}

	/** The same five values. */
	static Publisher string(String bootstrapServers) {
		JsonMapper mapper = JsonMapper.builder().build();
		return open(bootstrapServers, new StringSerializer(),
				(order) -> record(order, mapper.writeValueAsString(order)));
	}

	/** The message of Cairn for the same order. */
	static Publisher sameMessage(String bootstrapServers) {
		JsonMapper mapper = JsonMapper.builder().build();
		return open(bootstrapServers, new StringSerializer(), (order) -> {
			HandMadeMessage message = HandMadeMessage.of(order);
			ProducerRecord<String, String> record = record(order, mapper.writeValueAsString(message.envelope()));
			message.headers().forEach((name, value) -> record.headers().add(name, value));
			return record;
		});
	}

	/** JSON of five values that is ready. */
	static Publisher bytes(String bootstrapServers) {
		byte[] json = JsonMapper.builder().build().writeValueAsBytes(OrderPlaced.sample(0));
		return open(bootstrapServers, new ByteArraySerializer(), (order) -> record(order, json));
	}

	static <V> ProducerRecord<String, V> record(OrderPlaced order, V value) {
		return new ProducerRecord<>(TOPIC, order.orderId(), value);
	}

	private static <V> Publisher open(String bootstrapServers, Serializer<V> values,
			Function<OrderPlaced, ProducerRecord<String, V>> records) {
		return new TemplatePublisher<>(KafkaSettings.factory(bootstrapServers, values), records)
			.connected(bootstrapServers);
	}

	private TemplatePublisher<V> connected(String bootstrapServers) {
		try {
			publish(OrderPlaced.sample(0)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
			return this;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw KafkaSettings.noBroker(bootstrapServers, ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw KafkaSettings.noBroker(bootstrapServers, ex);
		}
	}

	@Override
	public CompletableFuture<?> publish(OrderPlaced order) {
		return this.template.send(this.records.apply(order));
	}

	@Override
	public String settle() {
		this.template.flush();
		return "";
	}

	@Override
	public void close() {
		this.producers.reset();
	}

}

package dev.cairn.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A real broker for all tests behind a {@link TcpProxy}. Topics are not created
 * automatically.
 */
public final class KafkaServer {

	private static final KafkaServer INSTANCE = new KafkaServer();

	private final TcpProxy proxy = new TcpProxy();

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

	private final AtomicInteger topics = new AtomicInteger();

	private KafkaServer() {
		this.broker.brokerProperty("advertised.listeners", "EXTERNAL://127.0.0.1:" + this.proxy.port());
		this.broker.brokerProperty("auto.create.topics.enable", "false");
		this.broker.afterPropertiesSet();
		String address = this.broker.getBrokersAsString();
		this.proxy.target(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
		Runtime.getRuntime().addShutdownHook(new Thread(this.broker::destroy));
	}

	/** Returns the broker, running and not hanging. */
	public static KafkaServer get() {
		INSTANCE.proxy.resume();
		INSTANCE.proxy.start();
		return INSTANCE;
	}

	public TcpProxy proxy() {
		return this.proxy;
	}

	public String bootstrapServers() {
		return "127.0.0.1:" + this.proxy.port();
	}

	public String newTopic() {
		return newTopic(Map.of());
	}

	public String newTopic(Map<String, String> settings) {
		return newTopic(1, settings);
	}

	public String newTopic(int partitions, Map<String, String> settings) {
		String topic = "topic-" + this.topics.incrementAndGet();
		create(topic, partitions, settings);
		return topic;
	}

	public void create(String topic, Map<String, String> settings) {
		create(topic, 1, settings);
	}

	private void create(String topic, int partitions, Map<String, String> settings) {
		this.broker.addTopics(new NewTopic(topic, partitions, (short) 1).configs(settings));
	}

	public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
		Map<String, Object> all = new HashMap<>();
		all.put("bootstrap.servers", bootstrapServers());
		all.put("acks", "all");
		all.put("linger.ms", 0);
		all.put("max.block.ms", 3000);
		all.put("request.timeout.ms", 5000);
		all.put("delivery.timeout.ms", 10_000);
		all.put("reconnect.backoff.ms", 20);
		all.put("reconnect.backoff.max.ms", 100);
		all.putAll(settings);
		return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
	}

	/** Returns the current records of a topic. */
	public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		TopicPartition partition = new TopicPartition(topic, 0);
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			long end = consumer.endOffsets(List.of(partition)).get(partition);
			while (consumer.position(partition) < end) {
				consumer.poll(Duration.ofMillis(200)).forEach(records::add);
			}
		}
		return records;
	}

}

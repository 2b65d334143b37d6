package dev.cairn.spring.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.Ports;
import io.apicurio.registry.serde.SerdeConfig;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A {@link MessageEncoder} bean that uses the Avro serializer of Apicurio Registry.
 */
class AvroTests {

	private static final Schema ORDER = SchemaBuilder.record("Order")
		.namespace("com.example")
		.fields()
		.requiredString("id")
		.requiredLong("total")
		.endRecord();

	private static final int REGISTRY = Ports.free();

	private static final Map<String, Object> SERDE = Map.of(SerdeConfig.REGISTRY_URL,
			"http://127.0.0.1:" + REGISTRY + "/apis/registry/v2", SerdeConfig.AUTO_REGISTER_ARTIFACT, true,
			SerdeConfig.EXPLICIT_ARTIFACT_ID, "order", SerdeConfig.EXPLICIT_ARTIFACT_GROUP_ID, "shop",
			SerdeConfig.RETRY_COUNT, 1);

	private static EmbeddedKafkaKraftBroker broker;

	private final Registry registry = new Registry();

	@BeforeAll
	static void startBroker() {
		broker = new EmbeddedKafkaKraftBroker(1, 1, "orders", "orders-later");
		Brokers.start(broker);
	}

	@AfterAll
	static void stopBroker() {
		Brokers.stop(broker);
	}

	@AfterEach
	void stopRegistry() {
		this.registry.stop();
	}

	@Test
	void aRuleWritesAvroWithTheSchemaOfTheRegistry() throws Exception {
		this.registry.start();
		try (RunningApplication application = start("orders")) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").field("id", "o-1").field("total", 42).publish();
			cairn.event("order.placed").field("id", "o-2").field("total", 43).publish();
			assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
		}
		List<ConsumerRecord<byte[], byte[]>> records = records("orders");
		assertThat(records).hasSize(2);
		assertThat(new String(records.get(0).headers().lastHeader("content-type").value(), StandardCharsets.UTF_8))
			.isEqualTo("application/vnd.apache.avro");
		try (AvroKafkaDeserializer<GenericRecord> deserializer = new AvroKafkaDeserializer<>()) {
			deserializer.configure(SERDE, false);
			assertThat(records).extracting((record) -> deserializer.deserialize("orders", record.value()).toString())
				.containsExactly("{\"id\": \"o-1\", \"total\": 42}", "{\"id\": \"o-2\", \"total\": 43}");
		}
		assertThat(this.registry.requests).first()
			.asString()
			.startsWith("POST /apis/registry/v2/groups/shop/artifacts");
		assertThat(this.registry.requests).filteredOn((request) -> request.startsWith("POST")).hasSize(1);
	}

	@Test
	void nothingIsLostWhileTheRegistryIsUnavailable() throws Exception {
		try (RunningApplication application = start("orders-later"); LogCapture log = new LogCapture()) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").field("id", "o-1").field("total", 42).publish();
			cairn.event("order.placed").field("id", "o-2").field("total", 43).publish();
			await().atMost(Duration.ofSeconds(30)).until(() -> !log.warnings().isEmpty());
			this.registry.start();
			assertThat(cairn.flush(Duration.ofSeconds(60))).isTrue();
			assertThat(application.ledger().balances().get("kafka").delivered()).isEqualTo(2);
			assertThat(log.warnings()).singleElement().asString().contains("the schema registry is unavailable");
		}
		assertThat(records("orders-later")).hasSize(2);
	}

	private static RunningApplication start(String topic) {
		return RunningApplication.startWithoutWeb(Application.class,
				"spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(), "cairn.kafka.rules[0].type=order.*",
				"cairn.kafka.rules[0].topic=" + topic, "cairn.kafka.rules[0].encoder=avro");
	}

	private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		TopicPartition partition = new TopicPartition(topic, 0);
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			long end = consumer.endOffsets(List.of(partition)).get(partition);
			while (consumer.position(partition) < end) {
				consumer.poll(Duration.ofMillis(50)).forEach(records::add);
			}
		}
		return records;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		MessageEncoder avro() {
			return new AvroEncoder();
		}

	}

	static class AvroEncoder implements MessageEncoder, AutoCloseable {

		private final AvroKafkaSerializer<GenericRecord> serializer = new AvroKafkaSerializer<>();

		AvroEncoder() {
			this.serializer.configure(SERDE, false);
		}

		@Override
		public Encoded encode(Message message, int maxBytes) throws TooLargeException {
			GenericRecord order = new GenericRecordBuilder(ORDER).set("id", message.fields().get("id"))
				.set("total", ((Number) message.fields().get("total")).longValue())
				.build();
			byte[] bytes = serialize(order);
			if (bytes.length > maxBytes) {
				throw new TooLargeException(message.type(), bytes.length, maxBytes);
			}
			return new Encoded(bytes, false);
		}

		private byte[] serialize(GenericRecord order) {
			try {
				return this.serializer.serialize("orders", order);
			}
			catch (RuntimeException ex) {
				throw new UncheckedIOException(new IOException("the schema registry is unavailable", ex));
			}
		}

		@Override
		public String contentType(Message message) {
			return "application/vnd.apache.avro";
		}

		@Override
		public void close() {
			this.serializer.close();
		}

	}

	/**
	 * Answers the requests that the serializer and the deserializer make.
	 */
	private static final class Registry {

		private final List<String> requests = new ArrayList<>();

		private HttpServer server;

		private byte[] schema = new byte[0];

		void start() throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), REGISTRY), 0);
			this.server.createContext("/apis/registry/v2", this::answer);
			this.server.start();
		}

		private void answer(HttpExchange exchange) throws IOException {
			String path = exchange.getRequestURI().getPath();
			synchronized (this.requests) {
				this.requests.add(exchange.getRequestMethod() + " " + path);
			}
			byte[] body = exchange.getRequestBody().readAllBytes();
			byte[] answer = "[]".getBytes(StandardCharsets.UTF_8);
			if (exchange.getRequestMethod().equals("POST")) {
				this.schema = body;
				answer = ("{\"id\":\"order\",\"groupId\":\"shop\",\"type\":\"AVRO\",\"version\":\"1\",\"globalId\":7,"
						+ "\"contentId\":7}")
					.getBytes(StandardCharsets.UTF_8);
			}
			else if (!path.endsWith("/references")) {
				answer = this.schema;
			}
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		}

		void stop() {
			if (this.server != null) {
				this.server.stop(0);
			}
		}

	}

}

package dev.cairn.spring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.spring.doctor.DoctorCheck;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import dev.cairn.testing.LogCapture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Messages of a running application at a real broker.
 */
@ExtendWith(OutputCaptureExtension.class)
class KafkaTests {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static EmbeddedKafkaKraftBroker broker;

	@BeforeAll
	static void startBroker() {
		broker = new EmbeddedKafkaKraftBroker(1, 1, "cairn-events", "orders", "own-topic", "metlog-shop",
				"one-partition", "own-brokers", "bare.payload", "bare.fields", "own.csv");
		Brokers.start(broker);
	}

	@AfterAll
	static void stopBroker() {
		Brokers.stop(broker);
	}

	@Test
	void aMessageArrivesWithKeyAndHeaders() {
		try (RunningApplication application = start("cairn.kafka.topic=cairn-events")) {
			Cairn cairn = application.bean(Cairn.class);
			String id = cairn.event("order.placed")
				.field("order_id", 42)
				.trace(new Trace(TRACE, "00f067aa0ba902b7", true))
				.publish();
			ConsumerRecord<String, String> record = records("cairn-events", 1).get(0);
			JsonNode message = RunningApplication.json(record.value());
			assertThat(message.path("id").asString()).isEqualTo(id);
			assertThat(message.at("/fields/order_id").asInt()).isEqualTo(42);
			assertThat(message.path("service").asString()).isEqualTo("shop");
			assertThat(record.key()).isEqualTo(TRACE);
			assertThat(headers(record)).containsEntry("ce_id", id)
				.containsEntry("ce_type", "order.placed")
				.containsEntry("ce_source", "/shop")
				.containsEntry("ce_specversion", "1.0")
				.containsEntry("content-type", "application/json")
				.containsEntry("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
			assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
			assertThat(application.ledger().balances().get("kafka").delivered()).isEqualTo(1);
		}
	}

	@Test
	void topicAndKeyAreTakenFromTheMessage() {
		try (RunningApplication application = start("cairn.kafka.topic={type}", "cairn.kafka.key={fields.order_id}")) {
			application.bean(Cairn.class).event("orders").field("order_id", 42).publish();
			assertThat(records("orders", 1)).extracting(ConsumerRecord::key).containsExactly("42");
		}
	}

	@Test
	void metlogsEnvelopeIsWritten() {
		try (RunningApplication application = start("cairn.kafka.topic=metlog-{service}",
				"cairn.kafka.encoding=metlog")) {
			application.bean(Cairn.class).event("order.placed").publish();
			assertThat(RunningApplication.json(records("metlog-shop", 1).get(0).value()).path("env_version").asString())
				.isEqualTo("0.8");
		}
	}

	@Test
	void theApplicationsOwnTemplateIsUntouched() throws Exception {
		try (RunningApplication application = start()) {
			@SuppressWarnings("unchecked")
			KafkaTemplate<String, String> template = application.bean(KafkaTemplate.class);
			template.send("own-topic", "key", "own value").get(30, TimeUnit.SECONDS);
			assertThat(records("own-topic", 1)).extracting(ConsumerRecord::value).containsExactly("own value");
			assertThat(template.getProducerFactory().getConfigurationProperties()).doesNotContainKey("max.block.ms")
				.doesNotContainEntry("client.id", "cairn-shop");
		}
	}

	@Test
	void theProducerIsSetUpFromTheSettingsOfSpring() {
		try (RunningApplication application = start("spring.kafka.security.protocol=SASL_SSL",
				"spring.kafka.properties.sasl.mechanism=PLAIN", "spring.kafka.producer.compression-type=zstd",
				"spring.kafka.producer.transaction-id-prefix=tx-", "spring.kafka.producer.acks=0",
				"spring.kafka.producer.client-id=own", "spring.kafka.producer.properties.enable.idempotence=false",
				"spring.kafka.producer.properties.interceptor.classes=com.example.Interceptor",
				"cairn.kafka.properties.batch.size=1234")) {
			Map<String, Object> configuration = application.bean(Seen.class).configuration;
			assertThat(configuration).containsEntry("security.protocol", "SASL_SSL")
				.containsEntry("sasl.mechanism", "PLAIN")
				.containsEntry("compression.type", "zstd")
				.containsEntry("acks", "all")
				.containsEntry("client.id", "cairn-shop")
				.containsEntry("batch.size", "1234")
				.containsEntry("bootstrap.servers", List.of(broker.getBrokersAsString()))
				.doesNotContainKeys("transactional.id", "enable.idempotence", "interceptor.classes");
		}
	}

	@Test
	void usesTheBrokersOfItsOwn() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"spring.kafka.bootstrap-servers=127.0.0.1:1",
				"cairn.kafka.bootstrap-servers=" + broker.getBrokersAsString(), "cairn.kafka.topic=own-brokers")) {
			application.bean(Cairn.class).event("order.placed").publish();
			assertThat(records("own-brokers", 1)).hasSize(1);
		}
	}

	@Test
	void logsThatItUsesTheBrokersAndNotTheCodeOfTheApplication(CapturedOutput output) {
		try (RunningApplication application = start(
				"spring.kafka.producer.properties.partitioner.class=" + RoundRobinPartitioner.class.getName(),
				"spring.kafka.producer.properties.interceptor.classes=com.example.Interceptor",
				"cairn.kafka.properties.partitioner.class=" + RoundRobinPartitioner.class.getName())) {
			assertThat(application.bean(Seen.class).configuration).containsEntry("partitioner.class",
					RoundRobinPartitioner.class.getName());
			assertThat(output)
				.contains("events go to the Kafka cluster of the application, [" + broker.getBrokersAsString())
				.contains("interceptor.classes=com.example.Interceptor of the application is not applied")
				.doesNotContain("partitioner.class=");
		}
	}

	@Test
	void aDeclaredTopicHasItsPartitions(CapturedOutput output) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Declared.class,
				"spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(), "cairn.kafka.topic=declared",
				"cairn.kafka.key={fields.n}")) {
			Cairn cairn = application.bean(Cairn.class);
			for (int i = 0; i < 50; i++) {
				cairn.event("a").field("n", i).publish();
			}
			assertThat(records("declared", 50)).extracting(ConsumerRecord::partition).contains(0, 1, 2);
		}
		assertThat(output).doesNotContain("one partition");
	}

	@Test
	void findsTheMissingTopicsOfAllRules() throws Exception {
		try (RunningApplication application = start("cairn.kafka.topic=missing-1", "cairn.kafka.rules[0].type=a",
				"cairn.kafka.rules[0].topic=missing-2", "cairn.kafka.rules[1].topic=orders",
				"cairn.kafka.rules[2].topic={type}", "cairn.doctor.exclude=kafka-topics")) {
			assertThat(application.bean(KafkaTopicsCheck.class).examine()).extracting(DoctorCheck.Finding::what)
				.filteredOn((what) -> what.contains("has no topic"))
				.containsExactlyInAnyOrder("The cluster has no topic missing-1", "The cluster has no topic missing-2");
			assertThat(application.ledger().balances().get("kafka").offered()).isZero();
		}
	}

	@Test
	void aRuleHasAFormatAndASchemaOfItsOwn() {
		try (RunningApplication application = start("cairn.kafka.topic={type}", "cairn.kafka.rules[0].type=bare.*",
				"cairn.kafka.rules[0].encoder=payload",
				"cairn.kafka.rules[0].schema=https://schemas.example.com/{type}.json",
				"cairn.kafka.rules[1].type=own.*", "cairn.kafka.rules[1].encoder=csv")) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("bare.payload").payload("{\"total\":9.90}").publish();
			cairn.event("bare.fields").field("total", 9).publish();
			cairn.event("own.csv").field("total", 9).publish();
			ConsumerRecord<String, String> payload = records("bare.payload", 1).get(0);
			assertThat(payload.value()).isEqualTo("{\"total\":9.90}");
			assertThat(headers(payload)).containsEntry("ce_type", "bare.payload")
				.containsEntry("content-type", "application/json")
				.containsEntry("ce_dataschema", "https://schemas.example.com/bare.payload.json");
			assertThat(records("bare.fields", 1).get(0).value()).isEqualTo("{\"total\":9}");
			ConsumerRecord<String, String> csv = records("own.csv", 1).get(0);
			assertThat(csv.value()).isEqualTo("own.csv;9");
			assertThat(headers(csv)).containsEntry("content-type", "text/csv").doesNotContainKey("ce_dataschema");
		}
	}

	@Test
	void namesTheReasonThatTheClientLogsIfTheProtocolDiffers() {
		try (RunningApplication application = start("cairn.kafka.properties.security.protocol=SSL",
				"cairn.kafka.properties.max.block.ms=2000"); LogCapture log = new LogCapture()) {
			application.bean(Cairn.class).event("order.placed").publish();
			await().atMost(Duration.ofSeconds(30)).until(() -> warnings(log).size() > 0);
			assertThat(warnings(log)).singleElement()
				.asString()
				.contains("Topic cairn-events not present in metadata", "Kafka's client: Connection to node",
						"security.protocol");
		}
	}

	@Test
	void logsThatATopicWasCreatedWithOnePartition() {
		try (RunningApplication application = start("cairn.kafka.topic={fields.topic}");
				LogCapture log = new LogCapture()) {
			Cairn cairn = application.bean(Cairn.class);
			for (int i = 0; i < 3; i++) {
				cairn.event("a").field("topic", "one-partition").publish();
				cairn.event("a").field("topic", "auto-created").publish();
				assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
			}
			assertThat(records("auto-created", 3)).hasSize(3);
			assertThat(warnings(log)).singleElement().asString().contains("auto-created", "one partition", "NewTopic");
		}
	}

	private static List<String> warnings(LogCapture log) {
		return log.warnings().stream().filter((line) -> line.contains("Cairn:")).toList();
	}

	private static RunningApplication start(String... properties) {
		String[] all = new String[properties.length + 1];
		System.arraycopy(properties, 0, all, 1, properties.length);
		all[0] = "spring.kafka.bootstrap-servers=" + broker.getBrokersAsString();
		return RunningApplication.startWithoutWeb(Application.class, all);
	}

	private static List<ConsumerRecord<String, String>> records(String topic, int count) {
		List<ConsumerRecord<String, String>> records = new ArrayList<>();
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers",
				broker.getBrokersAsString(), "group.id", "tests-" + topic, "auto.offset.reset", "earliest"),
				new StringDeserializer(), new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			while (records.size() < count && System.nanoTime() - deadline < 0) {
				consumer.poll(Duration.ofMillis(50)).forEach(records::add);
			}
		}
		assertThat(records).hasSize(count);
		return records;
	}

	private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
		Map<String, String> headers = new HashMap<>();
		record.headers()
			.forEach((header) -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
		return headers;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		MessageEncoder csv() {
			return new MessageEncoder() {

				@Override
				public Encoded encode(Message message, int maxBytes) {
					String line = message.type() + ";" + message.fields().get("total");
					return new Encoded(line.getBytes(StandardCharsets.UTF_8), false);
				}

				@Override
				public String contentType(Message message) {
					return "text/csv";
				}

			};
		}

		@Bean
		Seen seen() {
			return new Seen();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Declared {

		@Bean
		NewTopic declared() {
			return new NewTopic("declared", 3, (short) 1);
		}

	}

	static class Seen implements KafkaProducerCustomizer {

		private Map<String, Object> configuration = Map.of();

		@Override
		public void customize(Map<String, Object> configuration) {
			this.configuration = new HashMap<>(configuration);
		}

	}

}

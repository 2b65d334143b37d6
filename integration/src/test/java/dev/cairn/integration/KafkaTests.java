package dev.cairn.integration;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.testing.Brokers;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.util.backoff.FixedBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the records of a real broker continue a trace of Brave, with its bound
 * values, also when they are delivered again, dead, or in batches, and begin one if their
 * header is malformed.
 */
class KafkaTests {

	private static final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1, "placed", "failing",
			"failing-dlt", "batched", "malformed", "switched");

	private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static Service service;

	@BeforeAll
	static void start() {
		Brokers.start(broker);
		service = Service.startWithoutWeb(Application.class, "cairn.incidents.interval=0", "cairn.kafka.enabled=false",
				"cairn.context.baggage=customer", "spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"spring.kafka.consumer.group-id=shop", "spring.kafka.consumer.auto-offset-reset=earliest",
				// Spring Cloud Stream has changed the default to bytes
				"spring.kafka.producer.value-serializer=" + StringSerializer.class.getName(),
				"spring.kafka.producer.key-serializer=" + StringSerializer.class.getName(),
				"spring.kafka.consumer.value-deserializer=" + StringDeserializer.class.getName(),
				"spring.kafka.consumer.key-deserializer=" + StringDeserializer.class.getName());
	}

	@AfterAll
	static void stop() {
		service.close();
		Brokers.stop(broker);
	}

	@Test
	void aRecordContinuesTheTraceOfItsSenderWithTheBoundValues() {
		MutableSpan sender = send("placed");
		MutableSpan producer = service.spans().only("placed send");
		MutableSpan consumer = service.spans().only("placed process");
		assertThat(List.of(producer.traceId(), consumer.traceId())).containsOnly(sender.traceId());
		assertThat(producer.kind()).isEqualTo(Kind.PRODUCER);
		assertThat(producer.parentId()).isEqualTo(sender.id());
		assertThat(consumer.kind()).isEqualTo(Kind.CONSUMER);
		assertThat(consumer.parentId()).isEqualTo(producer.id());
		assertThat(consumer.tag("customer")).isEqualTo("ann");
		assertThat(service.messages("record.received")).filteredOn(isOf(sender)).singleElement().satisfies((event) -> {
			assertThat(event.trace().spanId()).isEqualTo(consumer.id());
			assertThat(event.fields().get("context")).isEqualTo(Map.of("customer", "ann"));
		});
	}

	@Test
	void redeliveriesAndTheDeadLetterBelongToTheTraceOfTheRecord() {
		MutableSpan sender = send("failing");
		MutableSpan producer = service.spans().only("failing send");
		MutableSpan dead = service.spans().only("failing-dlt process");
		List<MutableSpan> attempts = named("failing process");
		assertThat(attempts).hasSize(2).allSatisfy((attempt) -> {
			assertThat(attempt.traceId()).isEqualTo(sender.traceId());
			assertThat(attempt.parentId()).isEqualTo(producer.id());
			assertThat(attempt.error()).isNotNull();
			assertThat(attempt.tag("customer")).isEqualTo("ann");
		});
		assertThat(dead.traceId()).isEqualTo(sender.traceId());
		assertThat(dead.parentId()).isEqualTo(service.spans().only("failing-dlt send").id());
		assertThat(service.messages("dead.received")).filteredOn(isOf(sender)).singleElement().satisfies((event) -> {
			assertThat(event.fields().get("context")).isEqualTo(Map.of("customer", "ann"));
			assertThat(event.fields().get("traceparents")).asString()
				.matches("\\[00-" + sender.traceId() + "-[0-9a-f]{16}-01]");
		});
		waiting().until(() -> service.messages(Message.TYPE_EXCEPTION).stream().anyMatch(isOf(sender)));
		assertThat(service.messages(Message.TYPE_EXCEPTION)).filteredOn(isOf(sender)).hasSize(1);
	}

	@Test
	void aBatchHasATraceOfItsOwnWithLinksToThoseOfItsRecords() {
		String first = send("batched").traceId();
		String second = send("batched").traceId();
		waiting().until(() -> linked().containsAll(List.of(first, second)));
		assertThat(batches()).allSatisfy((batch) -> {
			assertThat(batch.parentId()).isNull();
			assertThat(batch.traceId()).isNotIn(first, second);
			assertThat(service.messages("batch.received")).filteredOn(isOf(batch)).hasSize(1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "00", "00-" + TRACE_ID, "00-" + TRACE_ID + "-00f067aa0ba902b7" })
	void aRecordWithAMalformedHeaderBeginsATraceAndIsCounted(String traceparent) {
		service.forget();
		long before = malformed();
		send("malformed", traceparent);
		MutableSpan consumer = service.spans().only(Kind.CONSUMER);
		assertThat(consumer.parentId()).isNull();
		assertThat(consumer.traceId()).isNotEqualTo(TRACE_ID);
		assertThat(consumer.error()).isNull();
		waiting().untilAsserted(() -> assertThat(service.messages("malformed.received")).singleElement()
			.satisfies((event) -> assertThat(event.trace().traceId()).isEqualTo(consumer.traceId())));
		assertThat(malformed()).isEqualTo(before + 1);
	}

	@Test
	@SuppressWarnings("unchecked")
	void aSwitchTurnsTheSpansAndTheHeaderOffUntilItReverts() throws Exception {
		try (Service other = Service.start(SwitchedApplication.class,
				Switched.and("cairn.kafka.enabled=false",
						"spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
						"spring.kafka.consumer.group-id=switched", "spring.kafka.consumer.auto-offset-reset=earliest",
						"spring.kafka.producer.value-serializer=" + StringSerializer.class.getName(),
						"spring.kafka.producer.key-serializer=" + StringSerializer.class.getName(),
						"spring.kafka.consumer.value-deserializer=" + StringDeserializer.class.getName(),
						"spring.kafka.consumer.key-deserializer=" + StringDeserializer.class.getName()))) {
			List<String> received = other.bean(Received.class).traceparents;
			for (Kind kind : List.of(Kind.PRODUCER, Kind.CONSUMER)) {
				received.clear();
				new Switched(other).assertSwitched("kafka", (span) -> span.kind() == kind, () -> {
					int before = received.size();
					other.bean(KafkaTemplate.class).send("switched", "order").get();
					waiting().until(() -> received.size() > before);
				});
				assertThat(received).hasSize(4);
				assertThat(received.get(1)).isEqualTo("[]");
				assertThat(List.of(received.get(0), received.get(2), received.get(3)))
					.allSatisfy((header) -> assertThat(header).startsWith("[00-"));
			}
		}
	}

	private static long malformed() {
		return service.bean(Accounts.class).failures().getOrDefault("malformed header traceparent", 0L);
	}

	/** Sends a record as a foreign producer does. */
	private static void send(String topic, String traceparent) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new StringSerializer(),
				new StringSerializer())) {
			ProducerRecord<String, String> record = new ProducerRecord<>(topic, "order");
			record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
			producer.send(record);
		}
	}

	/** Brave has no links, so they are tags. */
	private static List<String> linked() {
		return batches().stream()
			.flatMap((batch) -> batch.tags().entrySet().stream())
			.filter((tag) -> tag.getKey().matches("links\\[\\d+]\\.traceId"))
			.map(Map.Entry::getValue)
			.toList();
	}

	private static List<MutableSpan> batches() {
		return service.spans().all().stream().filter((span) -> span.name().endsWith("process batch")).toList();
	}

	private static List<MutableSpan> named(String name) {
		return service.spans().all().stream().filter((span) -> name.equals(span.name())).toList();
	}

	private static Predicate<Message> isOf(MutableSpan span) {
		return (message) -> message.trace() != null && message.trace().traceId().equals(span.traceId());
	}

	private static ConditionFactory waiting() {
		return Awaitility.await().atMost(Duration.ofSeconds(60));
	}

	/** Sends a record within a trace, and returns the span of the sender. */
	@SuppressWarnings("unchecked")
	private static MutableSpan send(String topic) {
		KafkaTemplate<String, String> template = service.bean(KafkaTemplate.class);
		int before = named("sends").size();
		Observation.createNotStarted("sends", service.bean(ObservationRegistry.class)).observe(() -> {
			try (Binding bound = service.bean(Cairn.class).bind("customer", "ann")) {
				template.send(new ProducerRecord<>(topic, "value")).join();
			}
		});
		return named("sends").get(before);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Listeners.class)
	static class Application {

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
			return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(0, 1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Received.class)
	static class SwitchedApplication {

	}

	static class Received {

		final List<String> traceparents = new CopyOnWriteArrayList<>();

		@KafkaListener(topics = "switched")
		void receive(ConsumerRecord<String, String> record) {
			this.traceparents.add(Listeners.traceparents(record).toString());
		}

	}

	static class Listeners {

		private final Cairn cairn;

		Listeners(Cairn cairn) {
			this.cairn = cairn;
		}

		@KafkaListener(topics = "placed")
		void receive(ConsumerRecord<String, String> record) {
			this.cairn.event("record.received").publish();
		}

		@KafkaListener(topics = "failing")
		void fail(ConsumerRecord<String, String> record) {
			throw new IllegalStateException("fails");
		}

		@KafkaListener(topics = "failing-dlt")
		void receiveDead(ConsumerRecord<String, String> record) {
			this.cairn.event("dead.received").field("traceparents", traceparents(record).toString()).publish();
		}

		@KafkaListener(topics = "malformed")
		void receiveMalformed(ConsumerRecord<String, String> record) {
			this.cairn.event("malformed.received").publish();
		}

		@KafkaListener(topics = "batched", batch = "true")
		void receiveBatch(List<ConsumerRecord<String, String>> records) {
			this.cairn.event("batch.received").publish();
		}

		private static List<String> traceparents(ConsumerRecord<?, ?> record) {
			return StreamSupport.stream(record.headers().headers("traceparent").spliterator(), false)
				.map((header) -> new String(header.value(), StandardCharsets.US_ASCII))
				.toList();
		}

	}

}

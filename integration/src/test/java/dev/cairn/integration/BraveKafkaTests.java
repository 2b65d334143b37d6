package dev.cairn.integration;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.Cairn;
import dev.cairn.delivery.Accounts;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Records of a real broker that a service with Brave receives.
 */
class BraveKafkaTests {

	private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String TOPIC = "brave-orders";

	private static final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1, TOPIC);

	private static Service service;

	@BeforeAll
	static void start() {
		broker.afterPropertiesSet();
		String address = broker.getBrokersAsString();
		System.clearProperty("spring.kafka.bootstrap-servers");
		service = Service.startWithoutWeb(Application.class, "cairn.kafka.enabled=false",
				"spring.kafka.bootstrap-servers=" + address, "spring.kafka.consumer.auto-offset-reset=earliest");
	}

	@AfterAll
	static void stop() {
		service.close();
		broker.destroy();
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "00", "00-" + TRACE_ID, "00-" + TRACE_ID + "-00f067aa0ba902b7" })
	void aRecordWithAMalformedHeaderBeginsATraceAndIsCounted(String traceparent) {
		service.forget();
		long before = malformed();
		send(traceparent);
		MutableSpan consumer = service.spans().only(Kind.CONSUMER);
		assertThat(consumer.parentId()).isNull();
		assertThat(consumer.traceId()).isNotEqualTo(TRACE_ID);
		assertThat(consumer.error()).isNull();
		Awaitility.await()
			.untilAsserted(() -> assertThat(service.messages("order.received")).singleElement()
				.satisfies((event) -> assertThat(event.trace().traceId()).isEqualTo(consumer.traceId())));
		assertThat(malformed()).isEqualTo(before + 1);
	}

	private static long malformed() {
		return service.bean(Accounts.class).failures().getOrDefault("malformed header traceparent", 0L);
	}

	private static void send(String traceparent) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new StringSerializer(),
				new StringSerializer())) {
			ProducerRecord<String, String> record = new ProducerRecord<>(TOPIC, "order");
			record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
			producer.send(record);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final Cairn cairn;

		Application(Cairn cairn) {
			this.cairn = cairn;
		}

		@KafkaListener(topics = TOPIC, groupId = "shop")
		void receive(String order) {
			this.cairn.event("order.received").publish();
		}

	}

}

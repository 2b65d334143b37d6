package dev.cairn.integration;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.context.UnitOfWork.Outcome;
import dev.cairn.incident.Incidents;
import dev.cairn.testing.Brokers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions of Spring Cloud Stream that receive records of a real broker.
 */
class StreamBinderTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String TOPIC = "stream-orders";

	private static final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1, TOPIC);

	private static Service service;

	@BeforeAll
	static void start() {
		Brokers.start(broker);
		service = Service.startWithoutWeb(Application.class, Service.WITHOUT_TRACER, "cairn.incidents.interval=0",
				"cairn.kafka.enabled=false", "spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"spring.cloud.function.definition=receive", "spring.cloud.stream.bindings.receive-in-0.group=shop",
				"spring.cloud.stream.bindings.receive-in-0.destination=" + TOPIC,
				"spring.cloud.stream.bindings.receive-in-0.consumer.back-off-initial-interval=1",
				"spring.cloud.stream.kafka.bindings.receive-in-0.consumer.start-offset=earliest");
	}

	@AfterAll
	static void stop() {
		service.close();
		Brokers.stop(broker);
	}

	@BeforeEach
	void forget() {
		service.forget();
		recorder().units.clear();
	}

	@Test
	void aRecordIsAUnitOfWorkInItsTrace() {
		send("order");
		UnitOfWork unit = onlyUnit();
		assertThat(unit.kind()).isEqualTo(UnitOfWork.Kind.RECORD);
		assertThat(unit.name()).isEqualTo(TOPIC);
		assertThat(unit.id()).isEqualTo(TRACE);
		assertThat(unit.outcome()).isEqualTo(Outcome.SUCCESS);
		assertThat(service.messages("order.received")).singleElement()
			.extracting((event) -> event.trace().traceId())
			.isEqualTo(TRACE);
	}

	@Test
	void theFailureOfAFunctionIsOneIncidentWithTheIdsOfTheRecord() {
		send("fails");
		assertThat(onlyUnit().outcome()).isEqualTo(Outcome.FAILURE);
		assertThat(service.messages("order.received")).hasSizeGreaterThan(1);
		// Texts of the log would wait for a throwable
		assertThat(service.bean(Incidents.class).flush(Duration.ofSeconds(30))).isTrue();
		List<Message> incidents = service.messages("exception");
		assertThat(incidents).singleElement().satisfies((incident) -> {
			assertThat(incident.thrown()).isExactlyInstanceOf(IllegalStateException.class).hasMessage("no order");
			assertThat(incident.trace().traceId()).isEqualTo(TRACE);
			assertThat(incident.fields()).containsEntry("handled", false)
				.containsEntry("kafka_topic", TOPIC)
				.containsEntry("kafka_group", "shop");
		});
	}

	private static void send(String text) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new StringSerializer(),
				new StringSerializer())) {
			ProducerRecord<String, String> record = new ProducerRecord<>(TOPIC, text);
			record.headers()
				.add("traceparent", ("00-" + TRACE + "-b7ad6b7169203331-01").getBytes(StandardCharsets.UTF_8));
			producer.send(record);
		}
	}

	private static UnitOfWork onlyUnit() {
		Awaitility.await().until(() -> !recorder().units.isEmpty());
		assertThat(recorder().units).hasSize(1);
		return recorder().units.get(0);
	}

	private static Recorder recorder() {
		return service.bean(Recorder.class);
	}

	static final class Recorder implements SignalListener {

		final List<UnitOfWork> units = new CopyOnWriteArrayList<>();

		@Override
		public void unitEnded(UnitOfWork unit) {
			this.units.add(unit);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		Consumer<String> receive(Cairn cairn) {
			return (order) -> {
				cairn.event("order.received").publish();
				if (order.equals("fails")) {
					throw new IllegalStateException("no order");
				}
			};
		}

	}

}

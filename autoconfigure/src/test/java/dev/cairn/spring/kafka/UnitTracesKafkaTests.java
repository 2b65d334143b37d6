package dev.cairn.spring.kafka;

import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a service without a tracer passes its trace on in records, and continues
 * that of the records that it receives.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnitTracesKafkaTests {

	private EmbeddedKafkaKraftBroker broker;

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.broker = new EmbeddedKafkaKraftBroker(1, 1, "traced", "traced-batch");
		Brokers.start(this.broker);
		this.application = RunningApplication.startWithoutWeb(Listeners.class, RunningApplication.WITHOUT_TRACER,
				"spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(), "cairn.kafka.enabled=false",
				"spring.kafka.consumer.group-id=traced", "spring.kafka.consumer.auto-offset-reset=earliest");
	}

	@BeforeEach
	void forget() {
		this.application.forget();
	}

	@AfterAll
	void stop() {
		this.application.close();
		Brokers.stop(this.broker);
	}

	@Test
	void aListenerContinuesTheTraceOfTheWorkThatHasSentTheRecord() {
		Trace sender = send("traced");
		Message received = received("record.received");
		assertThat(received.trace().traceId()).isEqualTo(sender.traceId());
		assertThat(received.trace().spanId()).isNotEqualTo(sender.spanId());
		assertThat(received.fields()).containsEntry("traceparent", sender.traceparent());
		assertThat(RunningApplication.logEvents())
			.filteredOn((event) -> event.getFormattedMessage().equals("received " + sender.traceId()))
			.singleElement()
			.extracting(ILoggingEvent::getMDCPropertyMap)
			.isEqualTo(Map.of("traceId", sender.traceId(), "spanId", received.trace().spanId()));
	}

	@Test
	void aBatchBeginsATrace() {
		Trace first = send("traced-batch");
		Message received = received("batch.received");
		assertThat(received.fields()).containsEntry("traceparent", first.traceparent());
		assertThat(received.trace().traceId()).isNotEqualTo(first.traceId());
	}

	@SuppressWarnings("unchecked")
	private Trace send(String topic) {
		UnitOfWork work = this.application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "sends");
		try (UnitOfWork.Scope scope = work.open()) {
			this.application.bean(KafkaTemplate.class).send(topic, "value").join();
		}
		return work.trace();
	}

	private Message received(String type) {
		RunningApplication.await(() -> !this.application.messages(type).isEmpty());
		return this.application.messages(type).get(0);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Listeners {

		private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

		private final Cairn cairn;

		Listeners(Cairn cairn) {
			this.cairn = cairn;
		}

		@KafkaListener(topics = "traced")
		void receive(ConsumerRecord<String, String> record) {
			logger.info("received {}", UnitOfWork.current().id());
			this.cairn.event("record.received").field("traceparent", header(record)).publish();
		}

		@KafkaListener(topics = "traced-batch", batch = "true")
		void receive(List<ConsumerRecord<String, String>> records) {
			this.cairn.event("batch.received").field("traceparent", header(records.get(0))).publish();
		}

		private static String header(ConsumerRecord<?, ?> record) {
			return new String(record.headers().lastHeader("traceparent").value());
		}

	}

}

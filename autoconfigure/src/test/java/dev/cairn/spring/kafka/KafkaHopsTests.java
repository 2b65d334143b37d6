package dev.cairn.spring.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.kafka.test.utils.ContainerTestUtils;
import org.springframework.kafka.test.utils.KafkaTestUtils;
import org.springframework.util.backoff.FixedBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a trace goes over the redeliveries, the dead letters and the batches of a
 * Kafka listener, with and without a tracer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaHopsTests {

	private static final String WITH_TRACER = "management.tracing.sampling.probability=1";

	private EmbeddedKafkaKraftBroker broker;

	@BeforeAll
	void start() {
		this.broker = new EmbeddedKafkaKraftBroker(1, 1, "failing", "failing-dlt", "retried", "several", "batched",
				"baggage", "untraced", "untraced-dlt", "untraced-batch", "untraced-batch-dlt");
		Brokers.start(this.broker);
	}

	@AfterAll
	void stop() {
		Brokers.stop(this.broker);
	}

	private RunningApplication startWith(Class<?> listeners, String tracing, String... further) {
		RunningApplication application = RunningApplication.startWithoutWeb(listeners,
				Stream
					.concat(Stream.of(tracing, "spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(),
							"cairn.kafka.enabled=false",
							"spring.kafka.consumer.group-id=" + listeners.getSimpleName() + tracing.hashCode(),
							"spring.kafka.consumer.auto-offset-reset=latest",
							"spring.kafka.consumer.properties.metadata.max.age.ms=1000"), Stream.of(further))
					.toArray(String[]::new));
		application.bean(KafkaListenerEndpointRegistry.class)
			.getListenerContainers()
			.forEach((container) -> ContainerTestUtils.waitForAssignment(container, 1));
		return application;
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, WITH_TRACER })
	void redeliveriesAndTheDeadLetterBelongToTheTraceOfTheRecord(String tracing) {
		try (RunningApplication application = startWith(Failing.class, tracing)) {
			String traceId = sends(application, "failing");
			RunningApplication.await(() -> application.messages("dead.received").size() == 1);
			assertThat(application.messages("record.received")).hasSize(2)
				.extracting((message) -> message.trace().traceId())
				.containsOnly(traceId);
			assertThat(application.messages("record.received")).extracting((message) -> message.trace().spanId())
				.doesNotHaveDuplicates();
			Message dead = application.messages("dead.received").get(0);
			assertThat(dead.trace().traceId()).isEqualTo(traceId);
			assertThat(dead.fields().get("traceparents")).asString().hasSize("[]".length() + 55).contains(traceId);
			assertThat(application.onlyIncident().trace().traceId()).isEqualTo(traceId);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, WITH_TRACER })
	void retryTopicsBelongToTheTraceOfTheRecord(String tracing) {
		try (RunningApplication application = startWith(Retried.class, tracing)) {
			String traceId = sends(application, "retried");
			RunningApplication.await(() -> application.messages("dead.received").size() == 1);
			assertThat(application.messages("record.received")).hasSize(2)
				.extracting((message) -> message.trace().traceId())
				.containsOnly(traceId);
			Message dead = application.messages("dead.received").get(0);
			assertThat(dead.trace().traceId()).isEqualTo(traceId);
			assertThat(dead.fields().get("traceparents")).asString().hasSize("[]".length() + 55).contains(traceId);
		}
	}

	@ParameterizedTest
	@MethodSource("untracedRecords")
	void aRecordWithoutATraceBeginsOneForAllItsDeliveries(String tracing, String formats, String header) {
		try (RunningApplication application = startWith(Untraced.class, tracing, formats)) {
			sendsWithoutTrace("untraced", "traceparent", header);
			RunningApplication.await(() -> application.messages("dead.received").size() == 1);
			String traceId = application.onlyIncident().trace().traceId();
			assertThat(application.messages("record.received")).hasSize(3)
				.extracting((message) -> message.trace().traceId())
				.containsOnly(traceId);
			assertThat(application.messages("record.received")).extracting((message) -> message.trace().spanId())
				.doesNotHaveDuplicates();
			assertThat(application.messages("record.received")).extracting((message) -> message.fields().get("headers"))
				.containsOnly("[traceparent=" + header + "]");
			assertThat(RunningApplication.logEvents())
				.filteredOn((event) -> event.getLoggerName().equals(Untraced.class.getName()))
				.hasSize(4)
				.extracting((event) -> event.getMDCPropertyMap().get("traceId"))
				.containsOnly(traceId);
			assertThat(application.messages("dead.received").get(0).trace().traceId()).isEqualTo(traceId);
			application.forget();
			sendsWithoutTrace("untraced", "key", "other record");
			RunningApplication.await(() -> application.messages("dead.received").size() == 1);
			assertThat(application.messages()).extracting((message) -> message.trace().traceId())
				.doesNotContain(traceId)
				.containsOnly(application.onlyIncident().trace().traceId());
		}
	}

	static Stream<Arguments> untracedRecords() {
		return Stream.of(RunningApplication.WITHOUT_TRACER, WITH_TRACER)
			.flatMap((tracing) -> Stream.of("w3c", "b3", "b3_multi")
				.map((format) -> Arguments.of(tracing, "management.tracing.propagation.type=" + format,
						format.equals("w3c") ? "malformed" : Trace.begin(true).traceparent())));
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, WITH_TRACER })
	void theDeliveriesOfABatchBelongToTheTraceOfTheFirstOne(String tracing) {
		try (RunningApplication application = startWith(UntracedBatch.class, tracing)) {
			sendsWithoutTrace("untraced-batch", "key", "value");
			RunningApplication.await(() -> application.messages("dead.received").size() == 1);
			assertThat(application.messages("batch.received")).hasSize(3);
			assertThat(application.messages()).extracting((message) -> message.trace().traceId())
				.containsOnly(application.onlyIncident().trace().traceId());
		}
	}

	/** Sends a record like a service that traces nothing. */
	private void sendsWithoutTrace(String topic, String header, String value) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(KafkaTestUtils.producerProps(this.broker),
				new StringSerializer(), new StringSerializer())) {
			ProducerRecord<String, String> record = new ProducerRecord<>(topic, "value");
			record.headers().add(header, value.getBytes(StandardCharsets.US_ASCII));
			producer.send(record);
		}
	}

	@Test
	void ofSeveralTracesNoneIsValid() {
		try (RunningApplication application = startWith(Several.class, RunningApplication.WITHOUT_TRACER)) {
			Trace first = Trace.begin(true);
			Trace second = Trace.begin(true);
			ProducerRecord<String, String> record = new ProducerRecord<>("several", "value");
			record.headers().add("traceparent", first.traceparent().getBytes(StandardCharsets.US_ASCII));
			record.headers().add("traceparent", second.traceparent().getBytes(StandardCharsets.US_ASCII));
			template(application).send(record).join();
			RunningApplication.await(() -> !application.messages("record.received").isEmpty());
			assertThat(application.messages("record.received").get(0).trace().traceId()).isNotIn(first.traceId(),
					second.traceId());
		}
	}

	@Test
	void baggageOfTheApplicationIsKept() {
		try (RunningApplication application = startWith(Baggage.class, RunningApplication.WITHOUT_TRACER,
				"cairn.context.baggage=tenant,order")) {
			ProducerRecord<String, String> record = new ProducerRecord<>("baggage", "value");
			record.headers().add("baggage", "acme=1,order=2".getBytes(StandardCharsets.UTF_8));
			UnitOfWork work = application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "sends");
			try (UnitOfWork.Scope scope = work.open()) {
				application.bean(Cairn.class).bind(Map.of("tenant", "t1", "order", 3));
				template(application).send(record).join();
			}
			RunningApplication.await(() -> !application.messages("record.received").isEmpty());
			assertThat(application.messages("record.received").get(0).fields())
				.containsEntry("baggage", "[acme=1,order=2,tenant=t1]")
				.containsEntry("context", Map.of("tenant", "t1", "order", "2"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "w3c", "b3", "b3_multi" })
	void aBatchHasATraceOfItsOwnWithLinksToThoseOfItsRecords(String format) {
		try (RunningApplication application = startWith(Batched.class, WITH_TRACER,
				"management.tracing.propagation.produce=" + format)) {
			String first = sends(application, "batched");
			String second = sends(application, "batched");
			Spans spans = application.bean(Spans.class);
			RunningApplication.await(() -> spans.batches()
				.stream()
				.flatMap((span) -> span.getLinks().stream())
				.map((link) -> link.getSpanContext().getTraceId())
				.toList()
				.containsAll(List.of(first, second)));
			assertThat(spans.batches()).allSatisfy((span) -> {
				assertThat(span.getParentSpanContext().isValid()).isFalse();
				assertThat(span.getTraceId()).isNotIn(first, second);
				assertThat(span.getLinks()).extracting(LinkData::getSpanContext)
					.allMatch((context) -> List.of(first, second).contains(context.getTraceId()));
				assertThat(application.messages())
					.filteredOn((message) -> span.getTraceId().equals(message.trace().traceId()))
					.extracting(Message::type)
					.containsExactlyInAnyOrder("batch.received", "batch.continued");
			});
		}
	}

	/** Sends a record within a trace, and returns its id. */
	private static String sends(RunningApplication application, String topic) {
		UnitOfWork work = application.bean(Signals.class).start(UnitOfWork.Kind.TASK, "sends");
		return Observation.start("sends", application.bean(ObservationRegistry.class)).observe(() -> {
			try (UnitOfWork.Scope scope = work.open()) {
				template(application).send(new ProducerRecord<>(topic, "value")).join();
				Trace active = application.bean(Trace.Source.class).current();
				return active.traceId();
			}
		});
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(RunningApplication application) {
		return application.bean(KafkaTemplate.class);
	}

	private static List<String> traceparents(ConsumerRecord<?, ?> record) {
		return headers(record, "traceparent");
	}

	private static List<String> headers(ConsumerRecord<?, ?> record, String name) {
		return StreamSupport.stream(record.headers().headers(name).spliterator(), false)
			.map((header) -> new String(header.value(), StandardCharsets.US_ASCII))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Failing {

		private final Cairn cairn;

		Failing(Cairn cairn) {
			this.cairn = cairn;
		}

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
			return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(0, 1));
		}

		@KafkaListener(topics = "failing")
		void receive(ConsumerRecord<String, String> record) {
			this.cairn.event("record.received").publish();
			throw new IllegalStateException("fails");
		}

		@KafkaListener(topics = "failing-dlt")
		void receiveDead(ConsumerRecord<String, String> record) {
			this.cairn.event("dead.received").field("traceparents", traceparents(record).toString()).publish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Retried {

		private final Cairn cairn;

		Retried(Cairn cairn) {
			this.cairn = cairn;
		}

		@RetryableTopic(attempts = "2", backOff = @BackOff(1))
		@KafkaListener(topics = "retried")
		void receive(ConsumerRecord<String, String> record) {
			this.cairn.event("record.received").publish();
			throw new IllegalStateException("fails");
		}

		@DltHandler
		void receiveDead(ConsumerRecord<String, String> record) {
			this.cairn.event("dead.received").field("traceparents", traceparents(record).toString()).publish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Untraced {

		private static final Logger logger = LoggerFactory.getLogger(Untraced.class);

		private final Cairn cairn;

		Untraced(Cairn cairn) {
			this.cairn = cairn;
		}

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
			return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "untraced")
		void receive(ConsumerRecord<String, String> record) {
			logger.info("received");
			this.cairn.event("record.received").field("headers", sentHeaders(record).toString()).publish();
			throw new IllegalStateException("fails");
		}

		@KafkaListener(topics = "untraced-dlt")
		void receiveDead(ConsumerRecord<String, String> record) {
			logger.info("dead");
			this.cairn.event("dead.received").publish();
		}

		private static List<String> sentHeaders(ConsumerRecord<?, ?> record) {
			return Stream.of(record.headers().toArray())
				.map((header) -> header.key() + "=" + new String(header.value(), StandardCharsets.US_ASCII))
				.toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class UntracedBatch {

		private final Cairn cairn;

		UntracedBatch(Cairn cairn) {
			this.cairn = cairn;
		}

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
			return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "untraced-batch", batch = "true")
		void receive(List<ConsumerRecord<String, String>> records) {
			this.cairn.event("batch.received").publish();
			throw new BatchListenerFailedException("fails", records.get(0));
		}

		@KafkaListener(topics = "untraced-batch-dlt")
		void receiveDead(ConsumerRecord<String, String> record) {
			this.cairn.event("dead.received").publish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Several {

		private final Cairn cairn;

		Several(Cairn cairn) {
			this.cairn = cairn;
		}

		@KafkaListener(topics = "several")
		void receive(ConsumerRecord<String, String> record) {
			this.cairn.event("record.received").publish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Baggage {

		private final Cairn cairn;

		Baggage(Cairn cairn) {
			this.cairn = cairn;
		}

		@KafkaListener(topics = "baggage")
		void receive(ConsumerRecord<String, String> record) {
			this.cairn.event("record.received").field("baggage", headers(record, "baggage").toString()).publish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Batched {

		private final Cairn cairn;

		private final Executor executor;

		Batched(Cairn cairn, Executor executor) {
			this.cairn = cairn;
			this.executor = executor;
		}

		@Bean
		static Spans spans() {
			return new Spans();
		}

		@KafkaListener(topics = "batched", batch = "true")
		void receive(List<ConsumerRecord<String, String>> records) {
			this.cairn.event("batch.received").publish();
			CompletableFuture.runAsync(() -> this.cairn.event("batch.continued").publish(), this.executor).join();
		}

	}

	static class Spans implements SpanProcessor {

		private final Queue<SpanData> ended = new ConcurrentLinkedQueue<>();

		List<SpanData> batches() {
			return this.ended.stream().filter((span) -> span.getName().endsWith("process batch")).toList();
		}

		@Override
		public void onStart(Context parent, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			this.ended.add(span.toSpanData());
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

}

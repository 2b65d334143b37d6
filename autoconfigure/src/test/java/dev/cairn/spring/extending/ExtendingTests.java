package dev.cairn.spring.extending;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.Cairn;
import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.spring.extending.DocumentedExtensions.ChatConfiguration;
import dev.cairn.spring.extending.DocumentedExtensions.CollectorConfiguration;
import dev.cairn.spring.extending.DocumentedExtensions.EncoderConfiguration;
import dev.cairn.spring.extending.DocumentedExtensions.ProcessorConfiguration;
import dev.cairn.spring.extending.DocumentedExtensions.VisitorConfiguration;
import dev.cairn.spring.live.VisitorCounter;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Brokers;
import dev.cairn.testing.LogCapture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the {@linkplain DocumentedExtensions examples of the page about extensions}, each
 * against what it is for.
 */
class ExtendingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String LIVE = "management.endpoints.web.exposure.include=cairnevents";

	private final Receiver receiver = new Receiver();

	@BeforeEach
	void start() throws IOException {
		this.receiver.start();
	}

	@AfterEach
	void stop() {
		this.receiver.server.stop(0);
	}

	@Test
	void aSinkSendsEachEventAgainUntilItIsAccepted() {
		this.receiver.answers.addAll(List.of(503, 503));
		try (RunningApplication application = RunningApplication.startWithoutWeb(CollectorConfiguration.class,
				"collector.url=" + this.receiver.url()); LogCapture log = new LogCapture()) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").field("order_id", 1).publish();
			cairn.event("order.placed").field("order_id", 2).field("password", "hunter2").publish();
			assertThat(cairn.flush(PATIENCE)).isTrue();
			Balance balance = application.ledger().balances().get("collector");
			assertThat(balance.delivered()).isEqualTo(2);
			assertThat(balance.droppedTotal()).isZero();
			assertThat(log.warnings()).singleElement().asString().contains("collector", "503");
		}
		assertThat(this.receiver.answers).isEmpty();
		assertThat(this.receiver.accepted.stream().flatMap(String::lines)).hasSize(2)
			.satisfiesExactly((first) -> assertThat(first).contains("\"order_id\":1"),
					(second) -> assertThat(second).contains("\"order_id\":2").doesNotContain("hunter2"));
	}

	@Test
	void anEncoderWritesTheRecordsOfARule() {
		EmbeddedKafkaKraftBroker broker = Brokers.start(new EmbeddedKafkaKraftBroker(1, 1, "parcels"));
		try {
			try (RunningApplication application = RunningApplication.startWithoutWeb(EncoderConfiguration.class,
					"spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
					"cairn.kafka.rules[0].type=parcel.*", "cairn.kafka.rules[0].topic=parcels",
					"cairn.kafka.rules[0].encoder=parcel")) {
				Cairn cairn = application.bean(Cairn.class);
				cairn.event("parcel.sent").field("order_id", "o-1").field("grams", 750).publish();
				cairn.event("parcel.sent").field("order_id", "o-2").publish();
				cairn.event("parcel.sent").field("order_id", "o-3").field("grams", 80).publish();
				assertThat(cairn.flush(PATIENCE)).isTrue();
				Balance balance = application.ledger().balances().get("kafka");
				assertThat(balance.dropped()).containsOnly(Map.entry(DropReason.UNENCODABLE, 1L));
				assertThat(balance.delivered()).isEqualTo(2);
			}
			List<ConsumerRecord<String, String>> records = records(broker, "parcels");
			assertThat(records).extracting(ConsumerRecord::value).containsExactly("o-1;750", "o-3;80");
			assertThat(records).extracting((record) -> text(record.headers().lastHeader("content-type").value()))
				.containsOnly("text/csv");
		}
		finally {
			Brokers.stop(broker);
		}
	}

	@Test
	void processorsChangeAndDropMessagesAndLogLines() {
		try (RunningApplication application = RunningApplication.start(ProcessedApplication.class, "zone=eu-1")) {
			application.get("/health");
			application.get("/orders");
			List<Message> requests = application.requests("/orders");
			assertThat(requests).singleElement()
				.satisfies((request) -> assertThat(request.fields()).containsEntry("zone", "eu-1"));
			RunningApplication.await(() -> application.ledger().balances().get("memory").filtered() == 1);
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).hasSize(1);
			LoggerFactory.getLogger("com.acme.noisy.Cache").info("a line of the cache");
			LoggerFactory.getLogger("com.acme.Orders").info("a line of an order");
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.contains("a line of an order")
				.doesNotContain("a line of the cache");
			assertThat(RunningApplication.logEvents())
				.filteredOn((line) -> line.getFormattedMessage().equals("a line of an order"))
				.singleElement()
				.satisfies(
						(line) -> assertThat(line.getKeyValuePairs()).extracting((pair) -> pair.key + "=" + pair.value)
							.contains("zone=eu-1"));
			assertThat(application.ledger().balances().get("log").filtered()).isEqualTo(1);
		}
	}

	@Test
	void aNotifierSendsTheIdsOfFailuresOnly() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(ChatConfiguration.class,
				"chat.url=" + this.receiver.url())) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.event("order.placed").publish();
			String id = cairn.capture(new IllegalStateException("the printer of 4111 1111 1111 1111 is on fire"));
			assertThat(cairn.flush(PATIENCE)).isTrue();
			assertThat(this.receiver.accepted).containsExactly("{\"text\":\"Failures: " + id + "\"}");
			Balance balance = application.ledger().balances().get("chat");
			assertThat(balance.delivered()).isEqualTo(1);
			assertThat(balance.filtered()).isEqualTo(1);
		}
	}

	@Test
	void aNotifierWhoseServiceIsDownHoldsNothingElseUp() {
		this.receiver.server.stop(0);
		try (RunningApplication application = RunningApplication.startWithoutWeb(ChatConfiguration.class,
				"chat.url=" + this.receiver.url(), "cairn.shutdown-timeout=1s")) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.capture(new IllegalStateException("the printer is on fire"));
			cairn.event("order.placed").publish();
			assertThat(application.messages()).hasSize(2);
			assertThat(application.ledger().balances().get("chat").held()).isEqualTo(1);
		}
	}

	@Test
	void aVisitorCounterReplacesTheEstimate() {
		try (RunningApplication application = RunningApplication.start(CountedApplication.class, LIVE)) {
			for (String visitor : List.of("browser one", "browser two", "browser one")) {
				application.get("/orders", "User-Agent", visitor);
			}
			RunningApplication.await(() -> total(application).path("page_views").asInt() == 3);
			RunningApplication.await(() -> total(application).path("visitors").asInt() == 2);
		}
	}

	@Test
	void aVisitorCounterThatThrowsLeavesTheOtherCounts() {
		try (RunningApplication application = RunningApplication.start(FailingCounterApplication.class, LIVE);
				LogCapture log = new LogCapture()) {
			application.get("/orders", "User-Agent", "browser one");
			application.get("/orders", "User-Agent", "browser two");
			RunningApplication.await(() -> live(application).path("missed").asInt() == 2);
			assertThat(total(application).path("page_views").asInt()).isEqualTo(2);
			assertThat(total(application).path("visitors").isNull()).isTrue();
			assertThat(log.warnings()).singleElement().asString().contains("the counter is broken");
		}
	}

	@Test
	void aVisitorCounterThatCannotBeReadFailsOnlyTheEndpoint() {
		try (RunningApplication application = RunningApplication.start(UnreadableCounterApplication.class, LIVE)) {
			assertThat(application.get("/orders").statusCode()).isEqualTo(200);
			RunningApplication.await(() -> application.get("/actuator/cairnevents").statusCode() == 500);
			assertThat(application.get("/orders").statusCode()).isEqualTo(200);
		}
	}

	private static JsonNode live(RunningApplication application) {
		return RunningApplication.json(application.get("/actuator/cairnevents?per=day").body());
	}

	private static JsonNode total(RunningApplication application) {
		return live(application).path("per").path("day").path("total");
	}

	private static List<ConsumerRecord<String, String>> records(EmbeddedKafkaKraftBroker broker, String topic) {
		List<ConsumerRecord<String, String>> records = new ArrayList<>();
		TopicPartition partition = new TopicPartition(topic, 0);
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new StringDeserializer(),
				new StringDeserializer())) {
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			long end = consumer.endOffsets(List.of(partition)).get(partition);
			while (consumer.position(partition) < end) {
				consumer.poll(Duration.ofMillis(50)).forEach(records::add);
			}
		}
		return records;
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ ProcessorConfiguration.class, Pages.class })
	static class ProcessedApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ VisitorConfiguration.class, Pages.class })
	static class CountedApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Pages.class)
	static class FailingCounterApplication {

		@Bean
		VisitorCounter.Factory failingVisitors() {
			return FailingCounter::new;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Pages.class)
	static class UnreadableCounterApplication {

		@Bean
		VisitorCounter.Factory unreadableVisitors() {
			return () -> new ExactVisitorCounter() {
				@Override
				public Long count() {
					throw new IllegalStateException("the counter is broken");
				}
			};
		}

	}

	static class FailingCounter implements VisitorCounter {

		@Override
		public void add(String visitor) {
			throw new IllegalStateException("the counter is broken");
		}

		@Override
		public void addAll(VisitorCounter other) {
		}

		@Override
		public Long count() {
			return null;
		}

	}

	@RestController
	static class Pages {

		@GetMapping({ "/orders", "/health" })
		String page() {
			return "a page";
		}

	}

	/**
	 * An HTTP server that receives what is posted to it.
	 */
	private static final class Receiver {

		private final List<String> accepted = new CopyOnWriteArrayList<>();

		/** The statuses of the next responses; 200 after that. */
		private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

		private HttpServer server;

		void start() throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/", this::answer);
			this.server.start();
		}

		String url() {
			return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/";
		}

		private void answer(HttpExchange exchange) throws IOException {
			String body = text(exchange.getRequestBody().readAllBytes());
			Integer status = this.answers.poll();
			if (status == null) {
				this.accepted.add(body);
			}
			exchange.sendResponseHeaders((status != null) ? status : 200, -1);
			exchange.close();
		}

	}

}

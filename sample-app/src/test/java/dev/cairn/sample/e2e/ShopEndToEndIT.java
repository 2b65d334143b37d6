package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.sample.e2e.KafkaTopic.KafkaMessage;
import dev.cairn.sample.e2e.LedgerView.Channel;
import dev.cairn.sample.e2e.Shop.Call;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.SentryServer;
import org.assertj.core.groups.Tuple;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The story of a day. The shop opens among a real Kafka broker, a real StatsD server and
 * a receiver of Sentry's envelopes; it serves and fails; its broker is killed and comes
 * back; it closes. Each chapter asks the backends what has arrived.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShopEndToEndIT {

	private static final int CUSTOMERS = 8;

	private static final int VISITS = 50;

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);

	private static final String LOG_PATTERN = "%d{HH:mm:ss.SSS} %level [%thread] %logger - %msg%n%wEx";

	private static final List<String> KINDS = List.of("unhandled", "wrapped", "handled", "logged", "async");

	private static final Map<String, Integer> STATUS = Map.of("unhandled", 500, "wrapped", 500, "handled", 503,
			"logged", 200, "async", 202);

	/** The exceptions of each kind of fault, the cause first. */
	private static final Map<String, List<String>> THROWN = Map.of("unhandled",
			List.of("PaymentDeclinedException: The bank declined the card"), "wrapped",
			List.of("SocketTimeoutException: The bank did not answer in time",
					"CheckoutFailedException: The checkout did not finish"),
			"handled", List.of("WarehouseClosedException: The warehouse is closed"), "logged",
			List.of("ReceiptNotSentException: The mail server refused the receipt"), "async",
			List.of("InvoiceNotPrintedException: The printer is out of paper"));

	private final Set<String> acceptedIds = ConcurrentHashMap.newKeySet();

	private final Map<String, String> summary = new LinkedHashMap<>();

	private final ExecutorService customers = Executors.newFixedThreadPool(CUSTOMERS);

	private @Nullable Backends backends;

	private @Nullable StatsdAdmin statsd;

	private @Nullable SentryServer sentry;

	private @Nullable AppProcess app;

	private KafkaTopic topic;

	private Shop shop;

	private long killed;

	private Duration backAfter;

	@BeforeAll
	void opens() throws IOException {
		// This JVM reads Kafka, too
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		assumeTrue(
				Prerequisites.met("the end-to-end test", "Linux with bash and util-linux", "bash", "flock", "setsid"));
		boolean node = Prerequisites.met("StatsD in the end-to-end test", Prerequisites.NODE, "node", "npm");
		Path repository = Path.of(System.getProperty("cairn.e2e.repository"));
		this.backends = new Backends(repository);
		this.backends.start("kafka");
		this.topic = new KafkaTopic(this.backends.kafkaPort(), "cairn-events");
		if (node) {
			this.backends.start("statsd");
			this.statsd = new StatsdAdmin(this.backends.statsdAdminPort());
		}
		this.sentry = SentryServer.started();
		Path directory = Files.createDirectories(Path.of("target", "e2e").toAbsolutePath());
		this.app = AppProcess.start(Path.of(System.getProperty("cairn.e2e.jar")), directory, properties(node));
		this.shop = new Shop(this.app.port());
	}

	private List<String> properties(boolean node) {
		// A burst on a busy machine can overflow the socket of a server that receives by
		// UDP
		return List.of("server.port=0", "cairn.incidents.interval=0", "server.address=127.0.0.1",
				"spring.profiles.active=kafka,sentry" + (node ? ",statsd" : ""),
				"spring.kafka.bootstrap-servers=127.0.0.1:" + this.backends.kafkaPort(),
				"management.statsd.metrics.export.protocol=tcp",
				"management.statsd.metrics.export.port=" + this.backends.statsdPort(),
				"sentry.dsn=" + this.sentry.dsn(), "cairn.recent=5000", "cairn.shutdown-timeout=" + SHUTDOWN_TIMEOUT,
				"logging.pattern.console=" + LOG_PATTERN);
	}

	@AfterAll
	void closes() throws Exception {
		this.customers.shutdownNow();
		for (AutoCloseable opened : Stream.of(this.app, this.backends, this.sentry).filter(Objects::nonNull).toList()) {
			opened.close();
		}
		this.summary.forEach((what, result) -> System.out.printf("[end to end] %-8s %s%n", what, result));
	}

	@Test
	@Order(1)
	void serves() throws Exception {
		assertThat(this.shop.health().status()).isEqualTo(200);
		assertThat(this.shop.nowhere().status()).isEqualTo(404);
		assertThat(this.shop.placed(999_999).status()).isEqualTo(404);
		assertThat(this.shop.unknownFault().status()).isEqualTo(404);
		assertThat(this.shop.order(404, 1).status()).isEqualTo(404);
		assertThat(this.shop.order(4, 4).status()).isEqualTo(409);
		assertThat(this.shop.orderWith("no json").status()).isEqualTo(400);
		List<Callable<Object>> days = IntStream.range(0, CUSTOMERS).mapToObj(this::day).toList();
		for (Future<Object> day : this.customers.invokeAll(days)) {
			day.get();
		}
	}

	private Callable<Object> day(int customer) {
		return Executors
			.callable(() -> IntStream.range(customer * VISITS, (customer + 1) * VISITS).forEach(this::visit));
	}

	private void visit(int visit) {
		switch (visit % 10) {
			case 0 -> assertThat(this.shop.products().status()).isEqualTo(200);
			case 1, 2 -> assertThat(this.shop.product(1 + visit % 3).status()).isEqualTo(200);
			case 3, 4, 5 -> order(1 + visit % 3, 1 + visit % 4);
			case 6 -> assertThat(this.shop.product(404).status()).isEqualTo(404);
			case 7 -> assertThat(this.shop.order(1, 0).status()).isEqualTo(400);
			case 8 -> ledger();
			default -> fail(KINDS.get(visit / 10 % KINDS.size()));
		}
	}

	private void order(long productId, int quantity) {
		Call order = this.shop.order(productId, quantity);
		assertThat(order.status()).isEqualTo(201);
		assertThat(this.shop.placed(Json.tree(order.body()).get("id").asLong()).body()).isEqualTo(order.body());
	}

	private void fail(String kind) {
		Call fault = this.shop.fault(kind);
		assertThat(fault.status()).as(kind).isEqualTo(STATUS.get(kind));
		assertThat(fault.errorId() != null).as(kind).isEqualTo(fault.status() >= 500);
	}

	@Test
	@Order(2)
	void publishesOneMessageForEachRequest() {
		awaiting().untilAsserted(() -> assertRequestsArrived(this.shop.calls(), this.topic.read()));
		assertThat(this.shop.calls())
			.allSatisfy((call) -> assertThat(call.answeredTraceId()).isEqualTo(call.traceId()));
		assertThat(ofType("http.request", this.topic.read()))
			.allSatisfy((message) -> assertThat(message.fields().path("duration_ms").asDouble()).isPositive());
	}

	private void assertRequestsArrived(List<Call> calls, Collection<KafkaMessage> messages) {
		Map<String, String> errorIds = ofType("exception", messages).stream()
			.collect(
					Collectors.toMap(KafkaMessage::traceId, (message) -> message.fields().path("error_id").asString()));
		List<Tuple> arrived = ofType("http.request", messages).stream()
			.map((message) -> tuple(message.traceId(), message.severity(), field("method").apply(message),
					field("route").apply(message), field("status").apply(message), field("outcome").apply(message),
					field("error_id").apply(message)))
			.toList();
		List<Tuple> made = calls.stream()
			.filter((call) -> !call.isActuator())
			.map((call) -> tuple(call.traceId(), call.isServerError() ? 3 : 6, call.method(), call.route(),
					String.valueOf(call.status()), call.outcome(),
					isReported(call) ? errorIds.get(call.traceId()) : null))
			.toList();
		// All of a thousand would hide the one
		List<Tuple> unexpected = without(arrived, made);
		assertThat(without(made, arrived)).as("missing, while there is besides %s", unexpected).isEmpty();
		assertThat(unexpected).as("unexpected").isEmpty();
	}

	private static List<Tuple> without(List<Tuple> all, List<Tuple> others) {
		List<Tuple> left = new ArrayList<>(all);
		others.forEach(left::remove);
		return left;
	}

	/**
	 * Whether its message has to name a failure; what runs in the background is not its
	 * own.
	 */
	private static boolean isReported(Call call) {
		return call.errorId() != null || (call.isFault() && "logged".equals(call.fault()));
	}

	@Test
	@Order(3)
	void publishesOneEventForEachOrder() {
		awaiting().untilAsserted(() -> assertOrdersArrived(this.shop.calls(), this.topic.read()));
	}

	private void assertOrdersArrived(List<Call> calls, Collection<KafkaMessage> messages) {
		assertThat(ofType("order.placed", messages)).hasSizeGreaterThan(100)
			.extracting(KafkaMessage::traceId, KafkaMessage::severity, ShopEndToEndIT::ownFields)
			.containsExactlyInAnyOrderElementsOf(calls.stream()
				.filter(Call::isOrder)
				.map((call) -> tuple(call.traceId(), 6, eventFields(Json.tree(call.body()))))
				.toList());
	}

	/**
	 * The visitor distinguishes the customers, all of them at one address, from others.
	 * The order is bound.
	 */
	private static String ownFields(KafkaMessage message) {
		JsonNode fields = message.fields();
		assertThat(fields.path("visitor").asString()).matches("[0-9a-f]{32}");
		assertThat(fields.path("context")).hasToString("{\"order\":%s}".formatted(fields.path("order_id")));
		return ((ObjectNode) fields).deepCopy().without(List.of("visitor", "visit_id", "context")).toString();
	}

	private static String eventFields(JsonNode order) {
		return "{\"order_id\":%s,\"product_id\":%s,\"quantity\":%s,\"total\":%s}".formatted(order.get("id"),
				order.get("productId"), order.get("quantity"), order.get("total"));
	}

	@Test
	@Order(4)
	void describesEachMessageInHeaders() {
		List<KafkaMessage> messages = this.topic.read();
		assertThat(messages).extracting(KafkaMessage::id).doesNotHaveDuplicates();
		assertThat(messages).allSatisfy((message) -> {
			assertThat(message.key()).isEqualTo(message.traceId());
			assertThat(message.headers()).containsExactlyInAnyOrderEntriesOf(
					Map.of("ce_specversion", "1.0", "ce_id", message.id(), "ce_type", message.type(), "ce_source",
							"/shop", "ce_time", message.text("timestamp"), "content-type", "application/json",
							"traceparent", "00-%s-%s-01".formatted(message.traceId(), message.text("span_id"))));
			assertThat(message.text("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
			assertThat(message.text("pid")).isEqualTo(String.valueOf(this.app.pid()));
			assertThat(message.text("service")).isEqualTo("shop");
			assertThat(message.text("env_version")).isEqualTo("1.0");
		});
	}

	@Test
	@Order(5)
	void reportsEachFailureOnce() {
		List<Call> failures = this.shop.calls().stream().filter(Call::isFault).toList();
		assertThat(failures).extracting(Call::fault).containsAll(KINDS).hasSize(CUSTOMERS * VISITS / 10);
		awaiting().untilAsserted(() -> {
			Map<String, KafkaMessage> published = uniqueBy(KafkaMessage::traceId,
					ofType("exception", this.topic.read()));
			Map<String, JsonNode> reported = uniqueBy((event) -> event.at("/contexts/trace/trace_id").asString(),
					this.sentry.events());
			assertThat(published).hasSameSizeAs(failures);
			assertThat(reported).hasSameSizeAs(failures);
			assertThat(failures).allSatisfy(
					(call) -> assertReported(call, published.get(call.traceId()), reported.get(call.traceId())));
		});
		assertThat(this.sentry.envelopes()).allSatisfy((envelope) -> {
			assertThat(envelope.auth()).contains("sentry_key=public");
			assertThat(envelope.items()).extracting(SentryServer.Item::type).containsExactly("event");
		});
	}

	private void assertReported(Call call, KafkaMessage published, JsonNode reported) {
		assertThat(thrown(reported)).isEqualTo(THROWN.get(call.fault()));
		assertThat(published.fields().at("/exception/type").asString()).startsWith("dev.cairn.sample.fault.");
		String errorId = published.fields().path("error_id").asString();
		assertThat(reported.path("event_id").asString()).isEqualTo(errorId).hasSize(32);
		assertThat(call.errorId()).isIn(errorId, null);
	}

	private static List<String> thrown(JsonNode event) {
		return event.at("/exception/values")
			.valueStream()
			.map((value) -> value.path("type").asString() + ": " + value.path("value").asString())
			.toList();
	}

	private static String outermost(JsonNode event) {
		JsonNode values = event.at("/exception/values");
		return values.path(values.size() - 1).path("type").asString();
	}

	@Test
	@Order(6)
	void timesAndCountsInStatsd() {
		assumeTrue(this.statsd != null, "Node.js is missing");
		awaiting().untilAsserted(() -> assertThat(
				this.statsd.timers("httpServerRequests\\..*method\\.(.+)\\.outcome\\..*status\\.(.+)\\.uri\\.(.+)"))
			.isEqualTo(counts(this.shop.calls(), (call) -> "%s %d %s".formatted(call.method(), call.status(),
					call.route().replaceAll("[{}*]", "").replace('/', '-')))));
		awaiting()
			.untilAsserted(() -> assertThat(this.statsd.timers("shopOrderPlace\\..*exception\\.(.+)\\.method\\.place"))
				.isEqualTo(Map.of("none", count(Call::isOrder), "ProductNotFoundException", 1L, "OutOfStockException",
						1L)));
		awaiting().untilAsserted(
				() -> assertThat(this.statsd.counters("shopProductView\\..*result\\.(.+)\\.statistic\\.count"))
					.isEqualTo(Map.of("success", count((call) -> call.isProduct() && call.status() == 200), "failure",
							count((call) -> call.isProduct() && call.status() == 404))));
		assertThat(this.statsd.badLines()).isZero();
	}

	@Test
	@Order(7)
	void accountsForWhatHasArrived() {
		awaiting().untilAsserted(this::assertLedgerEqualsWhatArrived);
		assertThat(ledger().channels().values()).allSatisfy((channel) -> {
			assertThat(channel.state()).isEqualTo("up");
			assertThat(channel.dropped()).isEmpty();
		});
	}

	/** The backends are asked first: reading the endpoint is a request, too. */
	private void assertLedgerEqualsWhatArrived() {
		Set<String> ids = uniqueBy(KafkaMessage::id, distinct(this.topic.read())).keySet();
		long events = this.sentry.events().size();
		long lines = (this.statsd != null) ? this.statsd.received() : 0;
		LedgerView ledger = ledger();
		Channel kafka = ledger.channel("kafka");
		assertThat(kafka.held()).isZero();
		assertThat(kafka.delivered()).isEqualTo(ids.size());
		assertThat(this.acceptedIds).containsAll(ids).hasSize(ids.size() + (int) kafka.lost());
		assertThat(ledger.channel("sentry").delivered()).isEqualTo(events);
		if (this.statsd != null) {
			assertThat(ledger.channel("statsd").delivered()).isEqualTo(lines);
		}
	}

	@Test
	@Order(8)
	void servesAsFastWhenTheBrokerIsKilled() throws Exception {
		Latency before = Latency.of(serve(200));
		CountDownLatch gone = new CountDownLatch(1);
		Future<List<Call>> visit = this.customers.submit(() -> serveBeyond(gone, 200));
		awaitFurtherCalls(20);
		this.backends.kill("kafka", this.backends.kafkaPort());
		this.killed = System.nanoTime();
		gone.countDown();
		List<Call> meanwhile = new ArrayList<>(visit.get());
		awaiting().untilAsserted(() -> {
			Channel kafka = ledger().channel("kafka");
			assertThat(kafka.state()).isIn("degraded", "down");
			assertThat(kafka.held()).isGreaterThan(100);
		});
		assertThat(Json.tree(this.shop.health().body()).path("status").asString()).isEqualTo("UP");
		meanwhile.addAll(serve(100));
		Latency away = Latency.of(meanwhile);
		this.summary.put("latency", "broker there: %s; killed: %s".formatted(before, away));
		assertThat(away.median()).isLessThan(longer(before.median().multipliedBy(3), Duration.ofMillis(25)));
		assertThat(away.p99()).isLessThan(longer(before.p99().multipliedBy(5), Duration.ofMillis(250)));
		assertThat(away.max()).isLessThan(Duration.ofSeconds(2));
	}

	/** However long the kill takes. */
	private List<Call> serveBeyond(CountDownLatch moment, int requests) {
		List<Call> calls = new ArrayList<>();
		while (moment.getCount() > 0) {
			calls.addAll(serve(2));
		}
		calls.addAll(serve(requests));
		return calls;
	}

	private List<Call> serve(int requests) {
		List<Call> calls = new ArrayList<>();
		for (int i = 0; i < requests; i++) {
			Call call = (i % 2 == 0) ? this.shop.product(1 + i % 3) : this.shop.order(1 + i % 3, 1);
			assertThat(call.status()).isBetween(200, 201);
			calls.add(call);
		}
		return calls;
	}

	private void awaitFurtherCalls(int number) {
		int before = this.shop.calls().size();
		await().atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.shop.calls().size() >= before + number);
	}

	@Test
	@Order(9)
	void deliversWhatWasAcceptedWhenTheBrokerIsBack() {
		this.backends.start("kafka");
		this.backAfter = Duration.ofNanos(System.nanoTime() - this.killed);
		awaiting().untilAsserted(() -> assertThat(ledger().channel("kafka").state()).isEqualTo("up"));
		awaiting().untilAsserted(this::assertLedgerEqualsWhatArrived);
		Collection<KafkaMessage> messages = distinct(this.topic.read());
		Channel kafka = ledger().channel("kafka");
		assertThat(kafka.dropped()).isEmpty();
		assertOrdersArrived(this.shop.calls(), messages);
	}

	@Test
	@Order(10)
	void deliversWhatWasAcceptedBeforeItCloses() throws Exception {
		Future<?> visit = this.customers.submit(this::orderUntilItCloses);
		awaitFurtherCalls(50);
		long start = System.nanoTime();
		assertThat(this.app.terminate(SHUTDOWN_TIMEOUT.plusSeconds(5))).as("ended in time").isTrue();
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		visit.get();
		List<Call> calls = this.shop.calls().stream().filter((call) -> !call.isRefused()).toList();
		Set<String> traces = uniqueBy(Call::traceId, calls).keySet();
		List<KafkaMessage> records = this.topic.read();
		List<KafkaMessage> messages = distinct(records).stream()
			.filter((message) -> traces.contains(message.traceId()))
			.toList();
		assertRequestsArrived(calls, messages);
		assertOrdersArrived(calls, messages);
		assertThat(this.sentry.events()).hasSize(CUSTOMERS * VISITS / 10);
		this.summary.put("requests", counts(calls, (call) -> String.valueOf(call.status())).toString());
		this.summary.put("kafka", "%s, and %d again after the kill".formatted(counts(messages, KafkaMessage::type),
				records.size() - distinct(records).size()));
		this.summary.put("sentry", counts(this.sentry.events(), ShopEndToEndIT::outermost).toString());
		if (this.statsd != null) {
			this.summary.put("statsd", "%d lines, %d bad".formatted(this.statsd.received(), this.statsd.badLines()));
		}
		this.summary.put("closing", "%d ms after SIGTERM".formatted(took.toMillis()));
	}

	private void orderUntilItCloses() {
		try {
			Call call;
			do {
				call = this.shop.order(1, 1);
			}
			while (!call.isRefused());
		}
		catch (UncheckedIOException ex) {
			// Closed
		}
	}

	@Test
	@Order(11)
	void logsOnceThatTheBrokerIsAwayAndOnceThatItIsBack() {
		assertThat(logged("(WARN|ERROR) .*(?i:kafka).*")).satisfiesExactly(
				(line) -> assertThat(line).contains("Cairn: the cluster has created the topic cairn-events"),
				(line) -> assertThat(line).contains("Cairn: cannot deliver to kafka"));
		assertThat(logged("INFO .* - Cairn: kafka .*")).singleElement()
			.asString()
			.contains("Cairn: kafka is available again after ")
			.satisfies((line) -> assertThat(millisAway(line)).isGreaterThan(this.backAfter.toMillis() - 1000));
	}

	@Test
	@Order(12)
	void everyMessageMatchesTheSchemasForAConsumerInAnotherLanguage() throws Exception {
		assumeTrue(Prerequisites.met("the consumer in Node.js", Prerequisites.NODE, "node", "npm"));
		NodeConsumer consumer = new NodeConsumer(Path.of(System.getProperty("cairn.e2e.repository")),
				this.backends.kafkaPort());
		NodeConsumer.Result result = consumer.read("cairn-events");
		assertThat(result.status()).as(result.output()).isZero();
		assertThat(result.counts()).isEqualTo(counts(this.topic.read(), KafkaMessage::type))
			.containsOnlyKeys("exception", "http.request", "order.placed", "order.viewed", "product.viewed");
		assertThat(result.schemas()).containsEntry("exception", "urn:cairn:schema:exception:1")
			.containsEntry("http.request", "urn:cairn:schema:http.request:1");
		this.topic.named("not-as-published").write("{\"env_version\":\"1.0\"}");
		NodeConsumer.Result refused = consumer.read("not-as-published");
		assertThat(refused.status()).isEqualTo(1);
		assertThat(refused.output()).contains("offset 0: urn:cairn:schema:envelope:1.0: message must have");
		this.summary.put("node", result.counts() + " as the schemas say");
	}

	private List<String> logged(String pattern) {
		return this.app.log().lines().filter((line) -> line.matches("\\S+ " + pattern)).toList();
	}

	private static long millisAway(String line) {
		return Long.parseLong(line.replaceFirst(".*available again after (\\d+) ms.*", "$1"));
	}

	private LedgerView ledger() {
		LedgerView ledger = this.shop.ledger();
		this.acceptedIds.addAll(ledger.acceptedIds());
		return ledger;
	}

	private long count(Predicate<Call> which) {
		return this.shop.calls().stream().filter(which).count();
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250)).pollInSameThread();
	}

	private static List<KafkaMessage> ofType(String type, Collection<KafkaMessage> messages) {
		return messages.stream().filter((message) -> message.type().equals(type)).toList();
	}

	/** A record that was sent again, because the broker died before it could answer. */
	private static Collection<KafkaMessage> distinct(List<KafkaMessage> records) {
		return records.stream()
			.collect(Collectors.toMap(KafkaMessage::id, Function.identity(), (first, again) -> first))
			.values();
	}

	private static <T> Map<String, T> uniqueBy(Function<T, String> key, Collection<T> values) {
		return values.stream().collect(Collectors.toMap(key, Function.identity()));
	}

	private static <T> Map<String, Long> counts(Collection<T> values, Function<T, String> key) {
		return values.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
	}

	private static Function<KafkaMessage, @Nullable String> field(String name) {
		return (message) -> message.fields().path(name).asString(null);
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

}

package dev.cairn.sample.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.cairn.sample.e2e.KafkaTopic.KafkaMessage;
import dev.cairn.sample.e2e.Shop.Call;
import dev.cairn.sample.e2e.ZipkinTrace.Span;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.SentryServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * An order on its way: a request to the shop and its database, an asynchronous call, a
 * request to the warehouse, a pool of the application with Redis, Spring's executor,
 * Kafka, and a listener in the shop. A large order fails in both services.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoServicesIT {

	/** Libraries that make a tracer, or require one. */
	private static final Set<String> TRACER = Set.of("opentelemetry", "micrometer-tracing", "zipkin",
			"datasource-micrometer");

	private static final Set<String> SPANS = Set.of("http post /orders", "task shippingservice.request", "query",
			"http post", "http post /parcels", "incr", "parcels send", "parcels process", "parcels-dlt send");

	private static final Set<String> JDBC = Set.of("connection", "query", "result-set", "generated-keys");

	private static final Set<String> BEFORE_ORDER = Set.of("http post /orders", "connection", "query", "result-set",
			"generated-keys");

	private static final String CONNECTION = "shop: connection";

	private static final String REQUEST = "shop: http post /orders";

	private static final String CALL = REQUEST + " > shop: task shippingservice.request";

	private static final String TO_WAREHOUSE = CALL + " > shop: http post > warehouse: http post /parcels";

	private static final String TO_KAFKA = TO_WAREHOUSE + " > warehouse: parcels send";

	private static final String PROCESS = " > shop: parcels process";

	private static final String QUERY = " > shop: query";

	private final Path repository = Path.of(System.getProperty("cairn.e2e.repository"));

	private final Path directory = Path.of("target", "e2e", "two-services").toAbsolutePath();

	private @Nullable Backends backends;

	private @Nullable SentryServer sentry;

	@BeforeAll
	void start() throws IOException {
		// This JVM reads Kafka, too
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		assumeTrue(Prerequisites.metFor("the test with two services", "redis"));
		this.backends = new Backends(this.repository);
		this.backends.start("kafka", "zipkin", "redis");
		this.sentry = SentryServer.started();
	}

	@AfterAll
	void stop() {
		if (this.backends != null) {
			this.backends.close();
		}
		if (this.sentry != null) {
			this.sentry.close();
		}
	}

	@Test
	void anOrderIsOneTrace() throws Exception {
		try (TwoServices services = start("tracer", TwoServicesIT::startJar)) {
			Shop shop = new Shop(services.shop().port());
			Call small = shop.order(3, 2, "c-1");
			Call large = shop.order(3, 500, "c-2");
			assertSameIds(services, small, large);
			assertVirtual(small);
			assertBound(services, small, "c-1");
			assertBound(services, large, "c-2");
			awaiting().untilAsserted(() -> assertThat(paths(small, "c-1")).containsExactly(TO_KAFKA + PROCESS,
					TO_KAFKA + PROCESS + QUERY, TO_KAFKA + PROCESS + QUERY));
			awaiting().untilAsserted(() -> assertThat(paths(large, "c-2")).containsExactly(TO_KAFKA + PROCESS,
					TO_KAFKA + PROCESS, TO_KAFKA + PROCESS + " > shop: parcels-dlt send", TO_KAFKA + PROCESS + QUERY,
					TO_KAFKA + PROCESS + QUERY));
			assertRolledBack(shop.order(4, 4, "c-3"), "c-3");
		}
	}

	@Test
	void anOrderHasOneIdWithoutTracer() throws Exception {
		try (TwoServices services = start("no-tracer", TwoServicesIT::startWithoutTracer)) {
			Shop shop = new Shop(services.shop().port());
			Call small = shop.order(3, 2, "c-1");
			Call large = shop.order(3, 500, "c-2");
			assertSameIds(services, small, large);
			assertVirtual(small);
			assertBound(services, small, "c-1");
			assertBound(services, large, "c-2");
		}
	}

	/** Of an order that is out of stock, nothing is in the database. */
	private void assertRolledBack(Call order, String customer) {
		assertThat(order.status()).isEqualTo(409);
		awaiting().untilAsserted(() -> {
			ZipkinTrace trace = trace(order, customer);
			assertThat(trace.annotated("rollback")).containsExactly(CONNECTION);
			assertThat(trace.annotated("commit")).isEmpty();
		});
	}

	/** Those before Kafka are the same for each order. */
	private List<String> paths(Call order, String customer) throws Exception {
		ZipkinTrace trace = trace(order, customer);
		assertThat(trace.annotated("commit")).containsExactly(CONNECTION);
		assertThat(trace.annotated("rollback")).isEmpty();
		String id = Json.tree(order.body()).path("id").asString();
		assertThat(trace.spans()).filteredOn((span) -> !isBeforeTheOrder(trace, span))
			.allSatisfy((span) -> assertThat(span.tags()).as(span.toString()).containsEntry("order", id));
		assertThat(trace.roots()).hasToString("[shop: http post /orders]");
		List<String> paths = trace.paths(SPANS::contains);
		assertThat(paths).contains(REQUEST, CALL, CALL + " > shop: http post", TO_WAREHOUSE,
				TO_WAREHOUSE + " > warehouse: incr", TO_KAFKA);
		return paths.stream().filter((path) -> path.contains(PROCESS)).toList();
	}

	private ZipkinTrace trace(Call order, String customer) throws Exception {
		ZipkinTrace trace = ZipkinTrace.read(this.backends.zipkinPort(), order.traceId());
		assertThat(trace.spans()).allSatisfy((span) -> {
			assertThat(span.tags()).as(span.toString()).containsEntry("customer", customer);
			assertThat(span.tags().keySet()).noneMatch((tag) -> tag.startsWith("jdbc.params"));
		});
		return trace;
	}

	/** The order has an id once it is in the database. */
	private static boolean isBeforeTheOrder(ZipkinTrace trace, Span span) {
		return JDBC.contains(span.name())
				&& trace.ancestors(span).stream().map(Span::name).allMatch(BEFORE_ORDER::contains);
	}

	private void assertSameIds(TwoServices services, Call small, Call large) {
		awaiting().untilAsserted(() -> {
			assertThat(messages(small)).containsExactlyInAnyOrder("shop http.request", "shop order.placed",
					"warehouse http.request", "warehouse parcel.packed", "warehouse label.printed",
					"shop order.shipped");
			assertThat(messages(large)).containsExactlyInAnyOrder("shop http.request", "shop order.placed",
					"warehouse http.request", "warehouse parcel.packed", "warehouse LabelNotPrintedException",
					"shop ParcelNotInsuredException");
		});
		assertThat(lines(services, small.traceId())).containsExactlyInAnyOrder("Requesting a parcel",
				"A parcel is requested", "Packed 2 pieces in P-n", "Printed the label of P-n",
				"The order is shipped in P-n");
		assertThat(lines(services, large.traceId())).containsExactlyInAnyOrder("Requesting a parcel",
				"A parcel is requested", "Packed 500 pieces in P-n", "The label of P-n has to be written by hand");
		assertThat(lines(services, "")).isEmpty();
		assertThat(this.sentry.events())
			.filteredOn((event) -> event.at("/contexts/trace/trace_id").asString().equals(large.traceId()))
			.extracting((event) -> event.at("/exception/values/0/type").asString())
			.containsExactlyInAnyOrder("LabelNotPrintedException", "ParcelNotInsuredException");
		assertThat(new KafkaTopic(this.backends.kafkaPort(), "parcels-dlt").headers("traceparent"))
			.filteredOn((traceparents) -> traceparents.toString().contains(large.traceId()))
			.singleElement()
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.hasSize(1);
	}

	/** The values of the shop are in each line, message and event of both services. */
	private void assertBound(TwoServices services, Call order, String customer) {
		String id = Json.tree(order.body()).path("id").asString();
		assertThat(services.lines()).filteredOn((line) -> line.path("traceId").asString("").equals(order.traceId()))
			.allSatisfy((line) -> assertThat(bound(line)).isEqualTo(id + " " + customer));
		assertThat(all(order)).allSatisfy(
				(message) -> assertThat(bound(message.fields().path("context"))).isEqualTo(id + " " + customer));
		assertThat(this.sentry.events())
			.filteredOn((event) -> event.at("/contexts/trace/trace_id").asString().equals(order.traceId()))
			.allSatisfy((event) -> assertThat(bound(event.path("tags"))).isEqualTo(id + " " + customer));
	}

	private static String bound(JsonNode values) {
		return values.path("order").asString("-") + " " + values.path("customer").asString("-");
	}

	private List<KafkaMessage> all(Call order) {
		return new KafkaTopic(this.backends.kafkaPort(), "cairn-events").read()
			.stream()
			.filter((message) -> message.traceId().equals(order.traceId()))
			.toList();
	}

	private List<String> messages(Call order) {
		return all(order).stream().map((message) -> message.text("service") + " " + name(message)).toList();
	}

	/** The last hop in the warehouse is a virtual thread if the JDK has them. */
	private void assertVirtual(Call order) {
		boolean supported = Runtime.version().feature() >= 21;
		assertThat(all(order)).filteredOn((message) -> message.type().equals("label.printed"))
			.singleElement()
			.satisfies((message) -> assertThat(message.fields().path("thread").asString())
				.startsWith(supported ? "VirtualThread[" : "Thread["));
	}

	private static String name(KafkaMessage message) {
		return message.type().equals("exception")
				? ClassUtils.getShortName(message.fields().at("/exception/type").asString()) : message.type();
	}

	private static List<String> lines(TwoServices services, String traceId) {
		return services.lines()
			.stream()
			.filter((line) -> line.path("traceId").asString("").equals(traceId))
			.map((line) -> line.path("message").asString().replaceAll("P-\\d+", "P-n"))
			.toList();
	}

	private TwoServices start(String name, TwoServices.Starter starter) throws IOException {
		return TwoServices.start(this.directory.resolve(name), this.backends, this.sentry, List.of(), starter);
	}

	private static AppProcess startJar(Path directory, List<String> properties) throws IOException {
		return AppProcess.start(Path.of(System.getProperty("cairn.e2e.jar")), directory, properties);
	}

	private static AppProcess startWithoutTracer(Path directory, List<String> properties) throws IOException {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((jar) -> TRACER.stream().noneMatch(jar::contains))
			.collect(Collectors.joining(File.pathSeparator));
		return AppProcess.startWithClassPath(classPath, directory, properties);
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250)).pollInSameThread();
	}

}

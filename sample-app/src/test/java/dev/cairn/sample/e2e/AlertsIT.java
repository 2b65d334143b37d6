package dev.cairn.sample.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.sample.e2e.Dashboard.Query;
import dev.cairn.testing.Prerequisites;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The rules and the dashboard of {@code src/ops} with a real Prometheus, which scrapes a
 * shop among a real broker: no alert while all is well, each alert after its fault, and
 * data for every panel. The times of the rules are shortened.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsIT {

	private static final Pattern METRIC = Pattern.compile("\\b(cairn|http_server|jvm|process)_\\w+");

	private static final Pattern EXPRESSION = Pattern.compile("(?s)expr:(.*?)for:");

	private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");

	private static final Pattern RUNBOOK = Pattern.compile("runbook: ([\\w/.]+)#([\\w-]+)");

	private static final int CUSTOMERS = 20;

	private final HttpClient http = HttpClient.newHttpClient();

	private final Path repository = Path.of(System.getProperty("cairn.e2e.repository"));

	private final Path rules = this.repository.resolve("src/ops/prometheus/cairn-rules.yml");

	private Traffic traffic = new Traffic();

	private @Nullable Backends backends;

	private @Nullable AppProcess app;

	private Shop shop;

	@BeforeAll
	void start() throws Exception {
		assumeTrue(Prerequisites.metFor("the test of the alerts", "prometheus"));
		Path directory = Files.createDirectories(Path.of("target", "e2e", "alerts").toAbsolutePath());
		this.backends = new Backends(this.repository);
		this.backends.start("kafka");
		this.app = AppProcess.startWithTestLibraries(directory, properties());
		this.shop = new Shop(this.app.port());
		this.traffic.customer(() -> {
			this.shop.products();
			this.shop.product(1);
			this.shop.order(2, 1);
		});
		this.backends.with("PROMETHEUS_TARGET", "127.0.0.1:" + this.app.port())
			.with("PROMETHEUS_RULES", shortened(directory).toString())
			.start("prometheus");
	}

	private List<String> properties() {
		return List.of("server.port=0", "server.address=127.0.0.1", "spring.profiles.active=kafka",
				"spring.kafka.bootstrap-servers=127.0.0.1:" + this.backends.kafkaPort(),
				"management.endpoints.web.exposure.include=health,prometheus",
				"management.metrics.distribution.percentiles-histogram.http.server.requests=true",
				"management.graphite.metrics.export.enabled=false", "management.statsd.metrics.export.enabled=false",
				"cairn.kafka.spool.directory=spool-" + System.nanoTime(),
				"cairn.kafka.properties.delivery.timeout.ms=2000", "cairn.kafka.properties.request.timeout.ms=1000",
				"cairn.kafka.properties.max.block.ms=1000", "cairn.delivery.retry-max=500ms",
				// These events are not spooled, and soon fill their queue
				"cairn.kafka.rules[0].type=product.viewed", "cairn.kafka.rules[0].policy=drop-newest",
				"cairn.delivery.queue-messages=200");
	}

	private Path shortened(Path directory) throws IOException {
		String text = Files.readString(this.rules).replaceAll("for: \\d+m", "for: 2s").replace("[5m]", "[10s]");
		return Files.writeString(directory.resolve("rules.yml"), text);
	}

	@AfterAll
	void stop() {
		this.traffic.close();
		if (this.app != null) {
			this.app.close();
		}
		if (this.backends != null) {
			this.backends.close();
		}
	}

	@Test
	@Order(1)
	void promtoolAcceptsTheRules() throws Exception {
		assertThat(promtool("check", "rules", "cairn-rules.yml")).contains("SUCCESS");
		assertThat(promtool("test", "rules", "cairn-rules.test.yml")).contains("SUCCESS");
	}

	@Test
	@Order(1)
	void everyAlertHasATestAndARunbook() throws Exception {
		String tests = Files.readString(this.rules.resolveSibling("cairn-rules.test.yml"));
		assertThat(alerts()).hasSize(7).allSatisfy((alert) -> assertThat(tests).contains("alertname: " + alert));
		List<MatchResult> runbooks = RUNBOOK.matcher(Files.readString(this.rules)).results().toList();
		assertThat(runbooks).hasSameSizeAs(alerts());
		for (MatchResult runbook : runbooks) {
			String headings = Files.readString(this.repository.resolve(runbook.group(1))).toLowerCase();
			assertThat(headings).contains("# " + runbook.group(2).replace('-', ' ') + "\n");
		}
	}

	@Test
	@Order(2)
	void theShopHasEveryMetricOfTheRules() throws Exception {
		String expressions = EXPRESSION.matcher(Files.readString(this.rules))
			.results()
			.map((rule) -> rule.group(1))
			.collect(Collectors.joining());
		Set<String> metrics = METRIC.matcher(expressions)
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(metrics).hasSizeGreaterThan(6);
		this.shop.fault("unhandled");
		String url = "http://127.0.0.1:" + this.app.port() + "/actuator/prometheus";
		awaiting().untilAsserted(() -> {
			String emitted = get(url);
			assertThat(metrics).allSatisfy((metric) -> assertThat(emitted).containsPattern("(?m)^" + metric + "[{ ]"));
		});
	}

	@Test
	@Order(3)
	void noAlertFiresWhileAllIsWell() {
		// One failure and no traffic before may have shown for the time of a window
		awaiting().untilAsserted(() -> {
			assertThat(query("rate(cairn_messages_total{channel=\"kafka\",outcome=\"delivered\"}[10s]) > 0"))
				.isNotEmpty();
			assertThat(evaluated()).containsExactlyInAnyOrderElementsOf(alerts());
			assertThat(active("firing")).isEmpty();
		});
	}

	@Test
	@Order(4)
	void eachAlertFiresAfterItsFault() throws Exception {
		this.backends.kill("kafka", this.backends.kafkaPort());
		// Many requests without a fault would hide the slow ones in the percentile
		this.traffic.close();
		this.traffic = new Traffic();
		for (int i = 0; i < CUSTOMERS; i++) {
			this.traffic.customer(this::visitWithFaults);
		}
		Set<String> fired = new TreeSet<>();
		awaiting().untilAsserted(() -> {
			fired.addAll(active("firing"));
			assertThat(fired).containsExactlyInAnyOrderElementsOf(alerts());
		});
	}

	private void visitWithFaults() {
		this.shop.product(1);
		this.shop.order(2, 1);
		this.shop.fault("unhandled");
		this.shop.fault("slow");
	}

	@Test
	@Order(5)
	void everyPanelHasData() throws Exception {
		for (Query panel : Dashboard.read("cairn-prometheus").queries("expr")) {
			Query query = panel.with("$instance", ".+").with("$__rate_interval", "10s");
			assertThat(query.text()).doesNotContain("$");
			awaiting().untilAsserted(() -> assertThat(query(query.text())).as(query.panel())
				.isNotEmpty()
				.noneMatch((sample) -> sample.at("/value/1").asString().equals("NaN")));
		}
	}

	private Set<String> alerts() throws IOException {
		return ALERT.matcher(Files.readString(this.rules))
			.results()
			.map((alert) -> alert.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private Set<String> active(String state) throws Exception {
		return Json.tree(get(api() + "alerts"))
			.at("/data/alerts")
			.valueStream()
			.filter((alert) -> alert.path("state").asString().equals(state))
			.map((alert) -> alert.at("/labels/alertname").asString())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/** Return the alerts that were evaluated without an error. */
	private Set<String> evaluated() throws Exception {
		return Json.tree(get(api() + "rules"))
			.at("/data/groups/0/rules")
			.valueStream()
			.filter((rule) -> rule.path("health").asString().equals("ok"))
			.map((rule) -> rule.path("name").asString())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private List<JsonNode> query(String expression) throws Exception {
		JsonNode answer = Json
			.tree(get(api() + "query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)));
		assertThat(answer.path("status").asString()).as(expression).isEqualTo("success");
		return answer.at("/data/result").valueStream().toList();
	}

	private String api() {
		return "http://127.0.0.1:" + this.backends.prometheusPort() + "/api/v1/";
	}

	private String get(String url) throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build(),
					BodyHandlers.ofString())
			.body();
	}

	private String promtool(String... arguments) throws Exception {
		Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
			.directory(this.rules.getParent().toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		return output;
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500)).pollInSameThread();
	}

}

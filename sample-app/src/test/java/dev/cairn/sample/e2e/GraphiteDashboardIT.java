package dev.cairn.sample.e2e;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.sample.e2e.Dashboard.Query;
import dev.cairn.testing.Prerequisites;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The dashboard for StatsD and Graphite of {@code src/ops}: a shop sends its meters to
 * Etsy's StatsD, which flushes to carbon, and Graphite itself renders each panel. The
 * shop loses events, as it has no broker.
 */
class GraphiteDashboardIT {

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void everyPanelHasData() throws Exception {
		assumeTrue(Prerequisites.metFor("the test of the dashboard for Graphite", "statsd", "carbon", "graphite"));
		Path directory = Files.createDirectories(Path.of("target", "e2e", "graphite").toAbsolutePath());
		try (Backends backends = new Backends(Path.of(System.getProperty("cairn.e2e.repository")))
			.with("STATSD_FLUSH_MS", "1000")
			.with("STATSD_GRAPHITE", "1")) {
			backends.start("carbon", "statsd", "graphite");
			try (AppProcess app = AppProcess.startWithTestLibraries(directory, properties(backends));
					Traffic traffic = new Traffic()) {
				Shop shop = new Shop(app.port());
				traffic.customer(() -> {
					shop.product(1);
					shop.order(2, 1);
					shop.fault("unhandled");
				});
				for (Query panel : Dashboard.read("cairn-graphite").queries("target")) {
					Query query = panel.with("$prefix", "stats");
					await().atMost(Duration.ofMinutes(1))
						.pollInterval(Duration.ofMillis(500))
						.pollInSameThread()
						.untilAsserted(
								() -> assertThat(values(backends, query.text())).as(query.panel() + ": " + query.text())
									.isNotEmpty());
				}
			}
		}
	}

	private static List<String> properties(Backends backends) {
		return List.of("server.port=0", "server.address=127.0.0.1", "spring.profiles.active=kafka,statsd",
				"spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.kafka.spool.enabled=false",
				"cairn.kafka.properties.max.block.ms=500", "cairn.delivery.queue-messages=50",
				"cairn.sampling.rules[0].name=product.viewed", "cairn.sampling.rules[0].rate=0",
				"cairn.shutdown-timeout=1s", "management.statsd.metrics.export.polling-frequency=1s",
				"management.graphite.metrics.export.enabled=false",
				"management.statsd.metrics.export.port=" + backends.statsdPort());
	}

	/** Return all values of the last minute that Graphite renders. */
	private List<JsonNode> values(Backends backends, String target) throws Exception {
		HttpResponse<String> answer = this.http.send(HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + backends.graphitePort()
					+ "/render?format=json&from=-1min&target=" + URLEncoder.encode(target, StandardCharsets.UTF_8)))
			.timeout(Duration.ofSeconds(30))
			.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return Json.tree(answer.body())
			.valueStream()
			.flatMap((series) -> series.path("datapoints").valueStream())
			.map((point) -> point.path(0))
			.flatMap((value) -> value.isNull() ? Stream.empty() : Stream.of(value))
			.toList();
	}

}

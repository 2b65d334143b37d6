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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import dev.cairn.testing.Prerequisites;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Prometheus, the real one, scrapes two shops in which every request is traced: one as it
 * is, and one without Cairn, to show what Cairn's default is for.
 */
class PrometheusIT {

	private static final int REQUESTS = 25;

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void scrapesTheShopWhileRequestsAreTraced() throws Exception {
		assumeTrue(Prerequisites.metFor("the test with Prometheus", "prometheus"));
		try (AppProcess app = start("with-cairn");
				AppProcess bare = start("without-cairn", "cairn.enabled=false");
				Backends backends = new Backends(Path.of(System.getProperty("cairn.e2e.repository")))) {
			for (AppProcess each : List.of(app, bare)) {
				Shop shop = new Shop(each.port());
				IntStream.range(0, REQUESTS).forEach((i) -> assertThat(shop.products().status()).isEqualTo(200));
			}
			backends.with("PROMETHEUS_TARGET", target(app) + "," + target(bare)).start("prometheus");
			String api = "http://127.0.0.1:" + backends.prometheusPort() + "/api/v1/";
			awaiting().untilAsserted(() -> assertThat(scrape(api, bare).path("lastError").asString())
				.contains("does not support exemplars"));
			assertThat(scrape(api, bare).path("health").asString()).isEqualTo("down");
			awaiting().untilAsserted(() -> {
				JsonNode scrape = scrape(api, app);
				assertThat(scrape.path("lastError").asString()).isEmpty();
				assertThat(scrape.path("health").asString()).isEqualTo("up");
			});
			awaiting().untilAsserted(() -> assertThat(query(api,
					"http_server_requests_seconds_count{instance=\"%s\",uri=\"/products\"}".formatted(target(app))))
				.isEqualTo(String.valueOf(REQUESTS)));
		}
	}

	private static AppProcess start(String name, String... more) throws Exception {
		Path directory = Files.createDirectories(Path.of("target", "e2e", name).toAbsolutePath());
		List<String> properties = new ArrayList<>(List.of("server.port=0", "server.address=127.0.0.1",
				"management.endpoints.web.exposure.include=health,prometheus",
				"management.tracing.sampling.probability=1.0", "management.graphite.metrics.export.enabled=false",
				"management.statsd.metrics.export.enabled=false"));
		properties.addAll(List.of(more));
		return AppProcess.startWithTestLibraries(directory, properties);
	}

	private static String target(AppProcess app) {
		return "127.0.0.1:" + app.port();
	}

	/** Return the last scrape, or nothing before the first. */
	private JsonNode scrape(String api, AppProcess app) throws Exception {
		return get(api + "targets").at("/data/activeTargets")
			.valueStream()
			.filter((target) -> target.at("/labels/instance").asString().equals(target(app)))
			.findFirst()
			.orElseGet(() -> Json.tree("{}"));
	}

	/** Return the value of the one series, or nothing while there is none. */
	private String query(String api, String expression) throws Exception {
		return get(api + "query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
			.at("/data/result/0/value/1")
			.asString("");
	}

	private JsonNode get(String url) throws Exception {
		HttpResponse<String> answer = this.http.send(
				HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(),
				BodyHandlers.ofString());
		return Json.tree(answer.body());
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100)).pollInSameThread();
	}

}

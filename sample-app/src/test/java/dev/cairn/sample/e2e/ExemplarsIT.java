package dev.cairn.sample.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.cairn.sample.e2e.Shop.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The exemplars of Boot, which need a tracer, beside Cairn in the format of OpenMetrics:
 * the trace of a request is the one that its messages, log lines and incidents have. The
 * tags are Boot's.
 */
class ExemplarsIT {

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void haveTheTraceOfTheRequestBesideTheTagsOfTheService() throws Exception {
		Path directory = Files.createDirectories(Path.of("target", "e2e", "exemplars").toAbsolutePath());
		try (AppProcess app = AppProcess.startWithTestLibraries(directory, properties())) {
			Shop shop = new Shop(app.port());
			await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
				shop.products();
				assertThat(bucketsOfProducts(app)).isNotEmpty()
					.allSatisfy((bucket) -> assertThat(bucket).contains("release=\"4.2\""));
				assertThat(bucketsOfProducts(app))
					.anySatisfy((bucket) -> assertThat(shop.calls()).extracting(Call::traceId)
						.anySatisfy((traceId) -> assertThat(bucket).contains("trace_id=\"" + traceId + "\"")
							.containsPattern("span_id=\"[0-9a-f]{16}\"")));
			});
		}
	}

	private List<String> bucketsOfProducts(AppProcess app) throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + "/actuator/prometheus"))
				.header("Accept", "application/openmetrics-text;version=1.0.0")
				.timeout(Duration.ofSeconds(30))
				.build(), BodyHandlers.ofString())
			.body()
			.lines()
			.filter((line) -> line.startsWith("http_server_requests_seconds_bucket"))
			.filter((line) -> line.contains("uri=\"/products\""))
			.toList();
	}

	private static List<String> properties() {
		return List.of("server.port=0", "server.address=127.0.0.1",
				"management.endpoints.web.exposure.include=prometheus", "management.tracing.sampling.probability=1.0",
				"management.metrics.tags.release=4.2",
				"management.metrics.distribution.percentiles-histogram.http.server.requests=true",
				"management.graphite.metrics.export.enabled=false", "management.statsd.metrics.export.enabled=false");
	}

}

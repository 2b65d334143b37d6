package dev.cairn.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rate of traces, which is switched by HTTP, as a server of Zipkin's API receives the
 * spans of the shop.
 */
class TraceSwitchTests {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final List<JsonNode> spans = new CopyOnWriteArrayList<>();

	private long sent;

	@Test
	void aSwitchChangesTheRateOfTheExportedTracesUntilItReverts() throws Exception {
		HttpServer zipkin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		zipkin.createContext("/api/v2/spans", this::receive);
		zipkin.start();
		try (ConfigurableApplicationContext shop = start(zipkin.getAddress().getPort())) {
			assertThat(exported(shop, 2)).isEqualTo(2);
			String off = set(shop, "off", "1h");
			assertThat(exported(shop, 20)).isZero();
			String on = set(shop, "on", "1h");
			assertThat(exported(shop, 20)).isEqualTo(20);
			assertThat(send(shop, "DELETE", "/actuator/cairnswitches/" + on, "").statusCode()).isEqualTo(200);
			assertThat(exported(shop, 20)).isZero();
			String quarter = set(shop, "0.25", "1h");
			assertThat(exported(shop, 200)).isBetween(15L, 100L);
			send(shop, "DELETE", "/actuator/cairnswitches/" + quarter, "");
			send(shop, "DELETE", "/actuator/cairnswitches/" + off, "");
			assertThat(exported(shop, 20)).isEqualTo(20);
			set(shop, "off", "1s");
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> JsonMapper.shared()
					.readTree(send(shop, "GET", "/actuator/cairnswitches", "").body())
					.path("active")
					.isEmpty());
			assertThat(exported(shop, 20)).isEqualTo(20);
		}
		finally {
			zipkin.stop(0);
		}
	}

	private void receive(HttpExchange exchange) throws IOException {
		boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		try (InputStream raw = exchange.getRequestBody(); InputStream body = zipped ? new GZIPInputStream(raw) : raw) {
			JsonMapper.shared().readTree(body).forEach(this.spans::add);
		}
		exchange.sendResponseHeaders(202, -1);
		exchange.close();
	}

	private static ConfigurableApplicationContext start(int port) {
		return new SpringApplicationBuilder(ShopApplication.class).profiles("zipkin")
			.run("--server.port=0", "--server.address=127.0.0.1", "--cairn.file.enabled=false",
					"--management.graphite.metrics.export.enabled=false",
					"--management.endpoint.cairnswitches.access=unrestricted",
					"--management.tracing.export.zipkin.endpoint=http://127.0.0.1:" + port + "/api/v2/spans");
	}

	/** Sends requests, and returns the number of their traces that Zipkin receives. */
	private long exported(ConfigurableApplicationContext shop, int requests) throws Exception {
		long before = received();
		for (int request = 0; request < requests; request++) {
			assertThat(send(shop, "GET", "/products/1", "").statusCode()).isEqualTo(200);
			if (request % 20 == 19) {
				flush(shop);
			}
		}
		this.sent += requests;
		// The response may be received before the observation ends
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> observed(shop) == this.sent);
		flush(shop);
		return received() - before;
	}

	private static long observed(ConfigurableApplicationContext shop) {
		return shop.getBean(MeterRegistry.class)
			.find("http.server.requests")
			.tag("uri", "/products/{id}")
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	private static void flush(ConfigurableApplicationContext shop) {
		assertThat(shop.getBean(SdkTracerProvider.class).forceFlush().join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
	}

	private long received() {
		return this.spans.stream()
			.filter((span) -> span.path("kind").asString("").equals("SERVER"))
			.filter((span) -> span.path("name").asString("").startsWith("http get /products"))
			.map((span) -> span.path("traceId").asString())
			.distinct()
			.count();
	}

	private static String set(ConfigurableApplicationContext shop, String value, String duration) throws Exception {
		HttpResponse<String> response = send(shop, "POST", "/actuator/cairnswitches",
				"{\"kind\":\"trace\",\"target\":\"http.server.requests\",\"value\":\"%s\",\"duration\":\"%s\"}"
					.formatted(value, duration));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body()).path("id").asString();
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext shop, String method, String path,
			String body) throws Exception {
		String port = shop.getEnvironment().getRequiredProperty("local.server.port");
		return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}

package dev.cairn.analytics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.testing.KafkaServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the module in applications.
 */
class AnalyticsAutoConfigurationTests {

	private static final Duration AT_MOST = Duration.ofSeconds(90);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CairnAutoConfiguration.class, AnalyticsAutoConfiguration.class));

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path folder;

	private ConfigurableApplicationContext run(String... properties) {
		return new SpringApplicationBuilder(Shop.class).run(Stream
			.concat(Stream.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--cairn.analytics.enabled=true", "--cairn.analytics.interval=100ms",
					"--cairn.analytics.lake=" + this.folder.resolve("lake"),
					"--cairn.analytics.funnels.checkout.steps=cart.added,order.placed",
					"--cairn.analytics.promote.order.total=double",
					"--management.endpoints.web.exposure.include=cairnanalytics"), Stream.of(properties))
			.toArray(String[]::new));
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String path) {
		String port = context.getEnvironment().getProperty("local.server.port");
		try {
			return this.client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
				.header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
				.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void theRequestsOfAServiceWithoutABrokerAreInItsReports() {
		try (ConfigurableApplicationContext context = run("--cairn.file.enabled=true",
				"--cairn.file.directory=" + this.folder.resolve("events"))) {
			assertThat(get(context, "/").body()).isEqualTo("shop");
			await().atMost(AT_MOST)
				.untilAsserted(() -> assertThat(get(context, "/actuator/cairnanalytics/traffic?by=route").body())
					.contains("\"columns\":[\"segment\",\"page_views\",\"people\",\"visits\"]")
					.contains("[\"/\",1,1,1]"));
			assertThat(get(context, "/actuator/cairnanalytics/funnel").body()).contains("[1,\"cart.added\",1,1.0]",
					"[2,\"order.placed\",1,1.0]");
			assertThat(get(context, "/actuator/cairnanalytics").body()).contains("\"messages\":3", "\"traffic\"",
					"\"file-");
			assertThat(get(context, "/actuator/cairnanalytics/retention?who=visitor").body())
				.contains("\"notMeasurable\":\"not measurable: ")
				.contains("cairn.requests.visitor.daily=false");
			HttpResponse<String> wrong = get(context, "/actuator/cairnanalytics/traffic?from=yesterday");
			assertThat(wrong.statusCode()).isEqualTo(400);
			assertThat(get(context, "/actuator/cairnanalytics/sales").statusCode()).isEqualTo(400);
			assertThat(get(context, "/actuator/cairnanalytics/events?from=2026-01-02&to=2026-01-01").statusCode())
				.isEqualTo(400);
			Ledger.Balance balance = context.getBean(Ledger.class).balances().get("analytics");
			assertThat(balance.offered()).isEqualTo(3);
			assertThat(balance.delivered()).isEqualTo(3);
		}
	}

	@Test
	void withABrokerTheTopicOfTheSinkIsArchived() throws Exception {
		KafkaServer kafka = KafkaServer.get();
		String topic = kafka.newTopic();
		try (ConfigurableApplicationContext context = run("--cairn.kafka.topic=" + topic,
				"--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(), "--cairn.kafka.spool.enabled=false")) {
			Cairn cairn = context.getBean(Cairn.class);
			cairn.event("cart.added").field("order.total", 7.5).publish();
			Lake lake = new Lake(this.folder.resolve("lake"));
			await().atMost(AT_MOST)
				.untilAsserted(() -> assertThat(lake.manifest().positions()).containsEntry(topic + "-0", 1L));
			assertThat(Archives.query(lake.folder(), "SELECT type, order_total FROM lake"))
				.containsExactly(List.of("cart.added", 7.5));
		}
	}

	@Test
	void isOffByDefault() {
		this.runner
			.run((context) -> assertThat(context).doesNotHaveBean(Archiver.class).doesNotHaveBean(Reports.class));
		this.runner.withPropertyValues("cairn.analytics.enabled=true", "cairn.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Archiver.class));
	}

	@Test
	void aProcessMayOnlyRead() {
		this.runner
			.withPropertyValues("cairn.analytics.enabled=true", "cairn.analytics.archive=false",
					"cairn.analytics.lake=" + this.folder)
			.run((context) -> assertThat(context).hasSingleBean(Reports.class).doesNotHaveBean(Archiver.class));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "interval=0s | It must be more than 0", "batch-size=1KB | It must be",
					"memory=1MB | It must be at least 64", "threads=0 | It must be 1",
					"query-timeout=-1s | It must be more than 0",
					"promote.total=TEXT | It must be one of VARCHAR, DOUBLE, BIGINT and BOOLEAN",
					"promote.visitor=VARCHAR | There is a column visitor in any case",
					"funnels.a.steps=one | A funnel has 2 to 8 steps", "topics=a | There is no broker" })
	void aPropertyThatIsWrongIsNamedWithTheRemedy(String property, String message) {
		this.runner
			.withPropertyValues("cairn.analytics.enabled=true", "cairn.analytics.lake=" + this.folder,
					"cairn.analytics." + property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("cairn.analytics." + property.substring(0, property.indexOf('=')))
				.hasMessageContaining(message));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Shop {

		private final Cairn cairn;

		Shop(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/")
		String shop() {
			this.cairn.event("cart.added").publish();
			this.cairn.event("order.placed").publish();
			return "shop";
		}

	}

}

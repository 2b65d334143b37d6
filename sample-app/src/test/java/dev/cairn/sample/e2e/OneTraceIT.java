package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.sample.e2e.KafkaTopic.KafkaMessage;
import dev.cairn.testing.Browser;
import dev.cairn.testing.Ports;
import dev.cairn.testing.Prerequisites;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A customer clicks in Chromium, a service in Node.js and a shell script work for the
 * order, and the shop places it: one trace in Kafka and in the console.
 */
class OneTraceIT {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private static final Pattern PORT = Pattern.compile("listens on port (\\d+)");

	private static final String KEY = "key-of-the-programs";

	private final Path repository = Path.of(System.getProperty("cairn.e2e.repository"));

	private @Nullable Backends backends;

	private @Nullable AppProcess shop;

	private @Nullable Process checkout;

	private @Nullable Browser customer;

	private @Nullable ConsolePage console;

	private int checkoutPort;

	@BeforeEach
	void start() throws IOException {
		assumeTrue(Prerequisites.metFor("the test of one trace", "chromium", "statsd"));
		Path directory = Files.createDirectories(Path.of("target", "e2e", "one-trace").toAbsolutePath());
		this.backends = new Backends(this.repository);
		this.backends.start("kafka");
		int port = Ports.free();
		this.shop = AppProcess.start(Path.of(System.getProperty("cairn.e2e.jar")), directory,
				List.of("server.port=" + port, "server.address=127.0.0.1", "spring.profiles.active=kafka,browser",
						"spring.kafka.bootstrap-servers=127.0.0.1:" + this.backends.kafkaPort(),
						"cairn.collector.keys.shop-page.origins=http://127.0.0.1:" + port,
						"cairn.collector.keys.programs.token=" + KEY,
						"cairn.collector.keys.programs.services=checkout,stock"));
		Path log = directory.resolve("checkout.log");
		ProcessBuilder node = new ProcessBuilder("node",
				this.repository.resolve("sample-app/src/test/node/checkout.js").toString());
		node.environment().putAll(Map.of("CAIRN_URL", "http://127.0.0.1:" + port, "CAIRN_KEY", KEY));
		this.checkout = node.redirectErrorStream(true).redirectOutput(log.toFile()).start();
		this.checkoutPort = await().atMost(TIMEOUT).until(() -> port(Files.readString(log)), (found) -> found > 0);
		this.customer = Browser.startAsPerson();
		this.console = new ConsolePage(port);
	}

	private static int port(String log) {
		Matcher port = PORT.matcher(log);
		return port.find() ? Integer.parseInt(port.group(1)) : 0;
	}

	@AfterEach
	void stop() throws Exception {
		if (this.checkout != null) {
			this.checkout.destroyForcibly();
		}
		for (AutoCloseable opened : new AutoCloseable[] { this.console, this.customer, this.shop, this.backends }) {
			if (opened != null) {
				opened.close();
			}
		}
	}

	@Test
	void aClickAServiceAScriptAndTheShopAreOneTrace() {
		this.customer.open("http://127.0.0.1:" + this.shop.port() + "/shop.html");
		this.customer.await("window.cairn?.traceparent");
		String trace = this.customer.evaluate("cairn.traceparent").asString().split("-")[1];
		this.customer.evaluate("document.querySelector('#buy').addEventListener('click', () => fetch("
				+ Browser.quoted("http://127.0.0.1:" + this.checkoutPort + "/checkout?product=1")
				+ ", { method: 'POST', headers: { traceparent: cairn.traceparent } })"
				+ ".then((response) => response.json()).then((order) => { window.order = order; }))");
		this.customer.click("#buy");
		this.customer.await("window.order");
		String order = this.customer.evaluate("order.id").asString();
		KafkaTopic topic = new KafkaTopic(this.backends.kafkaPort(), "cairn-events");
		await().atMost(TIMEOUT).untilAsserted(() -> {
			List<KafkaMessage> messages = topic.read()
				.stream()
				.filter((message) -> message.traceId().equals(trace))
				.toList();
			assertThat(messages).extracting((message) -> message.text("service") + " " + message.type())
				.contains("shop-page page.viewed", "shop-page cart.filled", "checkout checkout.started",
						"stock stock.reserved", "shop http.request", "shop order.placed");
			assertThat(messages).filteredOn((message) -> message.type().equals("order.placed"))
				.extracting((message) -> message.fields().path("order_id").asString())
				.containsExactly(order);
		});
		assertThat(this.customer.problems()).isEmpty();
		assertThatTheConsoleShowsAll(trace);
	}

	private void assertThatTheConsoleShowsAll(String trace) {
		this.console.open("find/" + trace);
		assertThat(this.console.browser().texts("main article h3"))
			.anySatisfy((title) -> assertThat(title).startsWith("page.viewed"))
			.anySatisfy((title) -> assertThat(title).startsWith("cart.filled"))
			.anySatisfy((title) -> assertThat(title).startsWith("checkout.started"))
			.anySatisfy((title) -> assertThat(title).startsWith("stock.reserved"));
		JsonNode found = this.console.json("cairnconsole/api/find?id=" + trace);
		String request = found.path("requests")
			.valueStream()
			.filter((each) -> each.path("route").asString("").equals("/orders"))
			.map((each) -> each.path("id").asString())
			.findFirst()
			.orElseThrow();
		this.console.browser().click("main ul.feed a[href$='/requests/" + request + "']");
		this.console.browser().await("document.querySelector('#timeline')");
		assertThat(this.console.json("cairnconsole/api/requests/" + request).path("published").valueStream())
			.extracting((each) -> each.path("type").asString())
			.contains("order.placed");
		assertThat(this.console.browser().evaluate("document.body.innerText").asString()).contains("order.placed");
	}

}

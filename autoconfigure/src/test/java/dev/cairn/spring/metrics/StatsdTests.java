package dev.cairn.spring.metrics;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import dev.cairn.Ledger.Balance;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * StatsD lines of a running application at a real socket.
 */
class StatsdTests {

	@Test
	void linesArriveInEtsysFormat() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server, "flavor=etsy")) {
			application.bean(MeterRegistry.class).counter("shop.orders", "country", "de").increment(2);
			RunningApplication.await(() -> server.lines().contains("shopOrders.country.de.statistic.count:2|c"));
		}
	}

	@Test
	void linesArriveInDatadogsFormat() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server, "flavor=datadog")) {
			application.bean(MeterRegistry.class).counter("shop.orders", "country", "de").increment(2);
			application.bean(MeterRegistry.class).timer("shop.order").record(Duration.ofMillis(3));
			RunningApplication.await(() -> server.lines().contains("shop.orders:2|c|#statistic:count,country:de"));
			RunningApplication.await(() -> server.lines().contains("shop.order:3|ms"));
		}
	}

	@Test
	void theLedgerEqualsWhatArrives() {
		try (UdpServer server = UdpServer.started()) {
			Accounts ledger;
			try (RunningApplication application = start(server, "polling-frequency=1h")) {
				ledger = application.ledger();
				for (int i = 0; i < 1000; i++) {
					application.bean(MeterRegistry.class).counter("shop.orders", "number", "" + i % 7).increment();
				}
				assertThat(application.bean(StatsdRegistry.class).flush(Duration.ofSeconds(30))).isTrue();
				RunningApplication.await(() -> sum(server, "shop.orders") == 1000);
			}
			Balance balance = ledger.balances().get("statsd");
			RunningApplication.await(() -> server.lines().size() == balance.delivered());
			assertThat(balance.offered()).isEqualTo(balance.delivered());
			assertThat(balance.held()).isZero();
		}
	}

	@Test
	void whatIsHeldIsSentWhenTheContextCloses() {
		try (UdpServer server = UdpServer.started()) {
			try (RunningApplication application = start(server, "polling-frequency=1h")) {
				application.bean(MeterRegistry.class).counter("shop.orders").increment();
			}
			RunningApplication.await(() -> server.lines().contains("shop.orders:1|c|#statistic:count"));
		}
	}

	@Test
	void gaugesAreSentOnceMoreWhenTheContextCloses() {
		try (UdpServer server = UdpServer.started()) {
			List<Integer> stock = List.of(1, 2, 3);
			try (RunningApplication application = start(server, "polling-frequency=1h")) {
				application.bean(MeterRegistry.class).gaugeCollectionSize("shop.stock", List.of(), stock);
			}
			RunningApplication
				.await(() -> server.lines().stream().anyMatch((line) -> line.startsWith("shop.stock:3|g")));
		}
	}

	@Test
	void aTagCannotForgeAMetric() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server)) {
			application.bean(MeterRegistry.class).counter("shop.orders", "country", "de\nevil:1|c").increment();
			RunningApplication
				.await(() -> server.lines().stream().anyMatch((line) -> line.startsWith("shop.orders:1|c")));
			assertThat(server.lines()).noneMatch((line) -> line.startsWith("evil"));
		}
	}

	@Test
	void aTagHasNoSecretThatHasTheShapeOfOne() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server)) {
			application.bean(MeterRegistry.class)
				.counter("shop.orders", "authorization", "Bearer hunter2hunter2", "url", "https://shop:hunter2@db/",
						"token_valid", "true")
				.increment();
			RunningApplication
				.await(() -> server.lines().stream().anyMatch((line) -> line.startsWith("shop.orders:1|c")));
			assertThat(server.datagrams().toString()).doesNotContain("hunter2").contains("token_valid:true");
		}
	}

	@Test
	void theMetricOfRequestsIsBoots() {
		try (UdpServer server = UdpServer.started();
				RunningApplication application = RunningApplication.start(Application.class, properties(server))) {
			application.get("/actuator/health");
			RunningApplication
				.await(() -> server.lines().stream().anyMatch((line) -> line.startsWith("http.server.requests:")));
		}
	}

	@Test
	void isOnWhereAHostIsConfigured() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server)) {
			assertThat(application.context().getBeansOfType(StatsdRegistry.class)).hasSize(1);
		}
	}

	@Test
	void isTheOnlyWay() {
		try (UdpServer server = UdpServer.started(); RunningApplication application = start(server)) {
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).isEmpty();
			assertThat(application.context().getBeansOfType(StatsdConfig.class)).hasSize(1);
		}
	}

	@Test
	void isLeftToMicrometerWhereItIsSwitchedOff() {
		try (UdpServer server = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
						"cairn.statsd.enabled=false", "management.statsd.metrics.export.host=127.0.0.1",
						"management.statsd.metrics.export.port=" + server.port())) {
			assertThat(application.context().getBeansOfType(StatsdRegistry.class)).isEmpty();
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).hasSize(1);
		}
	}

	@Test
	void goesOverTcpToo() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
					"management.statsd.metrics.export.host=127.0.0.1",
					"management.statsd.metrics.export.port=" + server.getLocalPort(),
					"management.statsd.metrics.export.protocol=tcp")) {
				application.bean(MeterRegistry.class).counter("shop.orders").increment(2);
			}
			try (Socket connection = server.accept()) {
				assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
					.contains("shop.orders:2|c|#statistic:count");
			}
		}
	}

	@Test
	void isOffByDefault() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).isEmpty();
		}
	}

	@Test
	void isOffWhereTheHostIsEmpty() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"management.statsd.metrics.export.host=")) {
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).isEmpty();
		}
	}

	@Test
	void isOffByDefaultWhereCairnIsOff() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"cairn.enabled=false")) {
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).isEmpty();
		}
	}

	@Test
	void isOnWhereItIsSwitchedOn() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"management.statsd.metrics.export.enabled=true")) {
			assertThat(application.context().getBeansOfType(StatsdRegistry.class)).hasSize(1);
		}
	}

	@Test
	void isOffWhereAllExportsAreSwitchedOff() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"management.statsd.metrics.export.host=127.0.0.1",
				"management.defaults.metrics.export.enabled=false")) {
			assertThat(application.context().getBeansOfType(StatsdMeterRegistry.class)).isEmpty();
		}
	}

	private static double sum(UdpServer server, String name) {
		return server.lines()
			.stream()
			.filter((line) -> line.startsWith(name + ":"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(name.length() + 1, line.indexOf('|'))))
			.sum();
	}

	private static RunningApplication start(UdpServer server, String... statsd) {
		return RunningApplication.startWithoutWeb(Application.class, properties(server, statsd));
	}

	private static String[] properties(UdpServer server, String... statsd) {
		String prefix = "management.statsd.metrics.export.";
		String[] all = new String[statsd.length + 2];
		all[0] = prefix + "host=127.0.0.1";
		all[1] = prefix + "port=" + server.port();
		for (int i = 0; i < statsd.length; i++) {
			all[i + 2] = prefix + statsd[i];
		}
		return all;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

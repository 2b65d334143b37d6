package dev.cairn.spring;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.State;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every backend is configured and every one of them is down: the service does not notice.
 */
class BackendsDownTests {

	private static final int REQUESTS = 200;

	private static final Duration MAX_BLOCK = Duration.ofMillis(500);

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

	private static final long[] durations = new long[REQUESTS];

	private static Duration closing;

	private static String health;

	private static Map<String, Balance> balances;

	private static List<ILoggingEvent> linesWhileServing;

	private static List<ILoggingEvent> lines;

	@BeforeAll
	static void serveAndStop() {
		Accounts ledger;
		long start;
		try (RunningApplication application = RunningApplication.start(Application.class,
				"spring.kafka.bootstrap-servers=127.0.0.1:1",
				"cairn.kafka.properties.max.block.ms=" + MAX_BLOCK.toMillis(), "sentry.dsn=http://key@127.0.0.1:1/1",
				"management.statsd.metrics.export.host=127.0.0.1", "management.statsd.metrics.export.port=1",
				"management.statsd.metrics.export.polling-frequency=100ms", "cairn.udp.host=127.0.0.1",
				"cairn.udp.port=1", "cairn.shutdown-timeout=" + SHUTDOWN_TIMEOUT.toSeconds() + "s",
				"management.endpoint.health.show-details=always")) {
			ledger = application.ledger();
			for (int i = 0; i < REQUESTS; i++) {
				boolean fails = i % 20 == 19;
				long sent = System.nanoTime();
				HttpResponse<String> response = application.get(fails ? "/fails" : "/fine");
				durations[i] = System.nanoTime() - sent;
				assertThat(response.statusCode()).isEqualTo(fails ? 500 : 200);
			}
			RunningApplication.await(() -> List.of("kafka", "sentry", "statsd", "udp")
				.stream()
				.allMatch((name) -> ledger.balances().get(name).state() == State.DOWN));
			health = application.get("/actuator/health").body();
			linesWhileServing = RunningApplication.logEvents();
			start = System.nanoTime();
		}
		closing = Duration.ofNanos(System.nanoTime() - start);
		balances = ledger.balances();
		lines = RunningApplication.logEvents();
	}

	@Test
	void requestsDoNotWaitForTheProducer() {
		long[] sorted = durations.clone();
		Arrays.sort(sorted);
		assertThat(Duration.ofNanos(sorted[REQUESTS / 2])).isLessThan(MAX_BLOCK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "kafka", "sentry", "statsd", "udp" })
	void eachBackendIsOneWarning(String name) {
		assertThat(linesWhileServing).filteredOn((line) -> line.getLevel() == Level.WARN)
			.extracting(ILoggingEvent::getFormattedMessage)
			.filteredOn((message) -> message.startsWith("Cairn: cannot deliver to " + name))
			.hasSize(1);
	}

	@Test
	void cairnLogsNothingElse() {
		assertThat(linesWhileServing).filteredOn((line) -> line.getLevel().isGreaterOrEqual(Level.WARN))
			.filteredOn((line) -> line.getLoggerName().startsWith("dev.cairn"))
			.extracting(ILoggingEvent::getFormattedMessage)
			.filteredOn((message) -> !message.startsWith("Cairn: cannot deliver to "))
			.filteredOn((message) -> !message.contains(" was closed with "))
			.isEmpty();
	}

	@Test
	void theClientsOfTheBackendsLogNothing() {
		assertThat(lines).filteredOn((line) -> line.getLevel().isGreaterOrEqual(Level.WARN))
			.filteredOn((line) -> line.getLoggerName().startsWith("org.apache.kafka")
					|| line.getLoggerName().startsWith("io.sentry") || line.getLoggerName().startsWith("io.micrometer"))
			.isEmpty();
	}

	@Test
	void theServiceIsUp() {
		assertThat(RunningApplication.json(health).path("status").asString()).isEqualTo("UP");
		assertThat(RunningApplication.json(health).at("/components/cairn/details/channels/kafka").asString())
			.isEqualTo("down");
	}

	@Test
	void theContextClosesInTime() {
		// One sink after the other would take four times as long
		assertThat(closing).isLessThan(SHUTDOWN_TIMEOUT.multipliedBy(2));
	}

	@Test
	void everyMessageIsCounted() {
		assertThat(balances.keySet()).containsExactlyInAnyOrder("kafka", "sentry", "statsd", "udp", "memory");
		assertThat(balances.values()).allSatisfy((balance) -> {
			assertThat(balance.held()).isZero();
			assertThat(balance.offered()).isEqualTo(balance.sampledOut() + balance.filtered() + balance.delivered()
					+ balance.held() + balance.droppedTotal());
		});
		assertThat(balances.get("kafka").offered()).isEqualTo(balances.get("memory").offered());
		assertThat(balances.get("kafka").droppedTotal()).isEqualTo(balances.get("kafka").offered());
		assertThat(balances.get("sentry").droppedTotal()).isEqualTo(REQUESTS / 20);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ShopController.class)
	static class Application {

	}

	@RestController
	static class ShopController {

		@GetMapping("/fine")
		String fine() {
			return "fine";
		}

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

	}

}

package dev.cairn.sample.e2e;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.Ledger;
import dev.cairn.delivery.Accounts;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.RecordingTransport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.statsd.StatsdFlavor;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The values of Etsy's StatsD, the real one, after {@link StatsdRegistry} has flushed:
 * each increment and each sample, over a restart of the server too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatsdServersIT {

	private static final Duration LONG = Duration.ofHours(1);

	private static final Duration SHORT = Duration.ofMillis(20);

	private final Accounts ledger = new Accounts();

	private final List<StatsdRegistry> registries = new ArrayList<>();

	private @Nullable Backends backends;

	private StatsdAdmin statsd;

	@BeforeAll
	void start() throws IOException {
		assumeTrue(Prerequisites.metFor("the test with StatsD", "statsd"));
		this.backends = new Backends(Path.of(System.getProperty("cairn.e2e.repository")));
		this.backends.start("statsd");
		this.statsd = new StatsdAdmin(this.backends.statsdAdminPort());
	}

	@AfterAll
	void stop() {
		if (this.backends != null) {
			this.backends.close();
		}
	}

	@AfterEach
	void closeRegistries() {
		this.registries.forEach(StatsdRegistry::close);
		this.registries.clear();
	}

	@Test
	void countsAMillionIncrementsExactly() throws Exception {
		long before = this.statsd.received();
		StatsdRegistry registry = registry("counters", SHORT, LONG, udp());
		Counter whole = registry.counter("whole");
		Counter quarters = registry.counter("quarters", "part", "a");
		Meters.aMillionTimes((i) -> {
			whole.increment();
			quarters.increment(0.25);
		});
		quarters.increment(0.25);
		registry.close();
		awaiting().untilAsserted(
				() -> assertThat(this.statsd.exactCounters("(whole|quarters)(?:\\.part\\.a)?\\.statistic\\.count"))
					.isEqualTo(Map.of("whole", 1_000_000.0, "quarters", 250_000.25)));
		assertDelivered("counters", this.statsd.received() - before);
		assertThat(this.statsd.badLines()).isZero();
	}

	@Test
	void hasEachSampleOfATimer() throws Exception {
		long before = this.statsd.received();
		StatsdRegistry registry = registry("timers", SHORT, LONG, udp());
		Timer timer = registry.timer("place", "kind", "b2b");
		for (int round = 1; round <= 20; round++) {
			for (int i = 0; i < 500; i++) {
				timer.record(i, TimeUnit.MICROSECONDS);
			}
			// No more at once than the socket of the server holds
			long samples = round * 500L;
			awaiting().untilAsserted(
					() -> assertThat(this.statsd.timers("(place)\\.kind\\.b2b")).isEqualTo(Map.of("place", samples)));
		}
		registry.close();
		assertDelivered("timers", this.statsd.received() - before);
		assertThat(this.statsd.badLines()).isZero();
	}

	@Test
	void hasTheLastValueOfAGauge() {
		AtomicReference<Double> temperature = new AtomicReference<>(0.0);
		StatsdRegistry registry = registry("gauges", SHORT, SHORT, udp());
		Gauge.builder("temperature", temperature, AtomicReference::get).register(registry);
		for (double value : new double[] { 17.25, -5, -7.5, -7, 3, 0, -0.125 }) {
			temperature.set(value);
			awaiting().untilAsserted(() -> assertThat(this.statsd.gauges("(temperature)\\.statistic\\.value"))
				.isEqualTo(Map.of("temperature", value)));
		}
		registry.close();
		assertThat(this.statsd.badLines()).isZero();
	}

	@Test
	void aTagCannotForgeAMetric() {
		StatsdRegistry registry = registry("tags", LONG, LONG, udp());
		registry.counter("tagged", "country", "a\nevil:1|c|x").increment(3);
		registry.timer("tagged.time", "country", "a\nevil:1|ms\r\nevil:1|g").record(1, TimeUnit.MILLISECONDS);
		registry.close();
		awaiting().untilAsserted(() -> assertThat(this.statsd.timers("(taggedTime)\\.country\\.a_evil_1_ms__evil_1_g"))
			.isEqualTo(Map.of("taggedTime", 1L)));
		assertThat(this.statsd.counters("(tagged)\\.country\\.a_evil_1_c_x\\.statistic\\.count"))
			.isEqualTo(Map.of("tagged", 3L));
		assertThat(this.statsd.counters("(evil.*|x)")).isEmpty();
		assertThat(this.statsd.gauges("(evil.*)")).isEmpty();
		assertThat(this.statsd.badLines()).isZero();
	}

	@Test
	void addsUpOverARestart() throws Exception {
		RecordingTransport transport = new RecordingTransport(udp());
		StatsdRegistry registry = registry("restarts", LONG, LONG, transport);
		long receivedBefore = this.statsd.received();
		record(registry, 100);
		assertThat(registry.flush(Duration.ofSeconds(30))).isTrue();
		awaiting().untilAsserted(() -> assertSeen(300, 100));
		long received = this.statsd.received() - receivedBefore;
		this.backends.kill("statsd", this.backends.statsdAdminPort());
		transport.clear();
		record(registry, 100);
		awaiting().untilAsserted(
				() -> assertThat(balance("restarts").state()).isIn(Ledger.State.DEGRADED, Ledger.State.DOWN));
		// Accepted by the system before it found that no one listens
		List<String> lost = transport.lines();
		long ordersLost = sum(lost, "restartOrders");
		long timesLost = lost.stream().filter((line) -> line.startsWith("restartTimes")).count();
		Ledger.Balance away = balance("restarts");
		assertThat(away.held()).isEqualTo(200 - lost.size()).isPositive();
		this.backends.start("statsd");
		record(registry, 100);
		assertThat(registry.flush(Duration.ofSeconds(30))).isTrue();
		registry.close();
		awaiting().untilAsserted(() -> assertSeen(600 - ordersLost, 200 - timesLost));
		// The server that counts was not there for what came before
		assertDelivered("restarts", received + lost.size() + this.statsd.received());
		assertThat(balance("restarts").offered()).isEqualTo(600);
		assertThat(this.statsd.badLines()).isZero();
	}

	/** Has each increment and each time written to a line of its own. */
	private void record(StatsdRegistry registry, int times) {
		for (int i = 0; i < times; i++) {
			long written = balance("restarts").offered() + 2;
			registry.counter("restart.orders").increment(3);
			registry.timer("restart.times").record(1, TimeUnit.MILLISECONDS);
			registry.flush(Duration.ZERO);
			awaiting().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> balance("restarts").offered() == written);
		}
	}

	private void assertSeen(long orders, long times) {
		assertThat(this.statsd.counters("(restartOrders)\\.statistic\\.count"))
			.isEqualTo(Map.of("restartOrders", orders));
		assertThat(this.statsd.timers("(restartTimes)")).isEqualTo(Map.of("restartTimes", times));
	}

	private static long sum(List<String> lines, String name) {
		return lines.stream()
			.filter((line) -> line.startsWith(name))
			.map((line) -> new BigDecimal(line.substring(line.indexOf(':') + 1, line.indexOf('|'))))
			.mapToLong(BigDecimal::longValueExact)
			.sum();
	}

	private void assertDelivered(String channel, long received) {
		Ledger.Balance balance = balance(channel);
		assertThat(balance.delivered()).isEqualTo(received);
		assertThat(balance.offered()).isEqualTo(balance.delivered() + balance.droppedTotal());
		assertThat(balance.held()).isZero();
		assertThat(balance.dropped()).isEmpty();
	}

	private Ledger.Balance balance(String channel) {
		return this.ledger.channel(channel).balance();
	}

	private StatsdRegistry registry(String channel, Duration flushInterval, Duration polling, Transport transport) {
		StatsdRegistry registry = Meters.registry(StatsdFlavor.ETSY, false, flushInterval, polling,
				this.ledger.channel(channel), transport);
		this.registries.add(registry);
		return registry;
	}

	private Transport udp() {
		return Transport.udp("127.0.0.1", this.backends.statsdPort());
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10)).pollInSameThread();
	}

}

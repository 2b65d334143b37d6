package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import dev.cairn.testing.Prerequisites;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.graphite.GraphiteMeterRegistry;
import io.micrometer.statsd.StatsdFlavor;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The content of the files of Graphite's carbon, the real one: sent by StatsD, which
 * flushes every second, and by Micrometer's own registry for Graphite beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphiteIT {

	private @Nullable Backends backends;

	@BeforeAll
	void start() throws IOException {
		assumeTrue(Prerequisites.metFor("the test with Graphite's carbon", "statsd", "carbon"));
		this.backends = new Backends(Path.of(System.getProperty("cairn.e2e.repository")))
			.with("STATSD_FLUSH_MS", "1000")
			.with("STATSD_GRAPHITE", "1");
		this.backends.start("carbon", "statsd");
	}

	@AfterAll
	void stop() {
		if (this.backends != null) {
			this.backends.close();
		}
	}

	@Test
	void keepsWhatStatsdFlushes() throws Exception {
		Channel account = new Accounts().channel("statsd");
		StatsdRegistry registry = Meters.registry(StatsdFlavor.ETSY, false, Duration.ofMillis(20), Duration.ofHours(1),
				account, Transport.udp("127.0.0.1", this.backends.statsdPort()));
		Counter million = registry.counter("million", "country", "de");
		Timer times = registry.timer("times");
		Meters.aMillionTimes((i) -> million.increment());
		for (int i = 1; i <= 100; i++) {
			times.record(i, TimeUnit.MILLISECONDS);
		}
		registry.close();
		awaiting().untilAsserted(() -> {
			assertThat(WhisperFile.sum(series("stats/counters/million/country/de/statistic/count/count")))
				.isEqualTo(1_000_000);
			assertThat(WhisperFile.sum(series("stats/timers/times/count"))).isEqualTo(100);
			assertThat(WhisperFile.sum(series("stats/timers/times/sum"))).isCloseTo(5050, within(1e-6));
		});
		assertThat(account.balance().delivered()).isEqualTo(account.balance().offered());
	}

	@Test
	void hasTheSameCounterFromBothRegistries() {
		String statsd = "--management.statsd.metrics.export.";
		String graphite = "--management.graphite.metrics.export.";
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--logging.level.root=warn", "--cairn.file.enabled=false",
					statsd + "flavor=etsy", statsd + "host=127.0.0.1", statsd + "port=" + this.backends.statsdPort(),
					graphite + "host=127.0.0.1", graphite + "port=" + this.backends.carbonPort(),
					graphite + "protocol=plaintext", graphite + "graphite-tags-enabled=false", graphite + "step=1s")) {
			assertThat(context.getBeansOfType(StatsdRegistry.class)).hasSize(1);
			assertThat(context.getBeansOfType(GraphiteMeterRegistry.class)).hasSize(1);
			Counter orders = context.getBean(MeterRegistry.class).counter("shop.orders", "country", "de");
			for (int i = 0; i < 1234; i++) {
				orders.increment();
			}
			awaiting().untilAsserted(() -> {
				assertThat(WhisperFile.sum(series("stats/counters/shopOrders/country/de/statistic/count/count")))
					.isEqualTo(1234);
				assertThat(WhisperFile.last(series("shopOrders/country/de/count"))).isEqualTo(1234);
			});
		}
	}

	private Path series(String name) {
		return this.backends.data("carbon").resolve("storage/whisper").resolve(name + ".wsp");
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).pollInSameThread();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

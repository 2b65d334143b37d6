package dev.cairn.spring.metrics;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.CairnMetrics.Timing;
import dev.cairn.Ledger;
import dev.cairn.NamePattern;
import dev.cairn.Sampler.Signal;
import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The meters of a running application, in all of its registries.
 */
class MetersTests {

	@Test
	void metricCallsReachEveryRegistry() throws Exception {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class,
						statsd(statsd))) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.incr("orders.paid", 2, "country", "de");
			Cairn.get().incr("orders.paid", "country", "de");
			cairn.set("queue.depth", 7);
			cairn.record("order.size", 3);
			assertThat(cairn.time("checkout", () -> "done")).isEqualTo("done");
			// In one flush or in two
			RunningApplication.await(() -> sum(statsd, "orders.paid", "|c|#statistic:count,country:de") == 3);
			assertThat(application.bean(Foreign.class).get("orders.paid").counter().count()).isEqualTo(3);
			assertThat(application.bean(StatisticsRegistry.class).get("checkout").timer().count()).isOne();
			assertThat(application.bean(Foreign.class).get("queue.depth").gauge().value()).isEqualTo(7);
		}
	}

	/** The endpoint shows the meter of any registry. */
	@Test
	void aTimeHasTheSameUnitInAllRegistries() throws Exception {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Empty.class, statsd(statsd))) {
			assertThat(units(application)).containsExactly(TimeUnit.MILLISECONDS, TimeUnit.MILLISECONDS);
		}
		try (RunningApplication application = RunningApplication.startWithoutWeb(Millis.class)) {
			assertThat(units(application)).containsExactly(TimeUnit.MILLISECONDS, TimeUnit.MILLISECONDS);
		}
		try (RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class)) {
			assertThat(units(application)).containsExactly(TimeUnit.SECONDS, TimeUnit.SECONDS);
		}
		try (RunningApplication application = RunningApplication.startWithoutWeb(Empty.class)) {
			application.bean(MeterRegistry.class).timer("checkout");
			assertThat(application.bean(StatisticsRegistry.class).get("checkout").timer().baseTimeUnit())
				.isEqualTo(TimeUnit.SECONDS);
		}
	}

	private static List<TimeUnit> units(RunningApplication application) {
		application.bean(MeterRegistry.class).timer("checkout");
		return application.bean(CompositeMeterRegistry.class)
			.getRegistries()
			.stream()
			.map((registry) -> registry.get("checkout").timer().baseTimeUnit())
			.toList();
	}

	@Test
	void tagsAreMaskedByTheShapeOfTheirValuesOnly() throws Exception {
		try (RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class)) {
			MeterRegistry registry = application.bean(Foreign.class);
			registry.counter("decisions", "authorization.decision", "true").increment();
			registry.counter("decisions", "authorization.decision", "false").increment();
			registry.counter("calls", "header", "Bearer abcdefgh12345678", "session", "open").increment();
			assertThat(registry.find("decisions").counters()).hasSize(2);
			assertThat(registry.get("calls").counter().getId().getTag("header")).isEqualTo("Bearer ********");
			assertThat(registry.get("calls").counter().getId().getTag("session")).isEqualTo("open");
		}
	}

	@Test
	void rulesSampleAndSwitchOff() throws Exception {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class,
						statsd(statsd, "cairn.sampling.rules[0].signal=timer", "cairn.sampling.rules[0].name=hot.*",
								"cairn.sampling.rules[0].rate=0.1", "cairn.sampling.rules[1].signal=timer",
								"cairn.sampling.rules[1].rate=0"))) {
			MeterRegistry registry = application.bean(MeterRegistry.class);
			Cairn cairn = application.bean(Cairn.class);
			for (int i = 0; i < 10_000; i++) {
				registry.timer("hot.native").record(1, TimeUnit.MILLISECONDS);
				cairn.timer("hot.called").close();
				registry.timer("cold").record(1, TimeUnit.MILLISECONDS);
				cairn.timer("cool").close();
			}
			RunningApplication.await(() -> statsd.lines().contains("hot.native:1|ms|@0.1"));
			MeterRegistry foreign = application.bean(Foreign.class);
			assertThat(foreign.get("hot.native").timer().count()).isEqualTo(10_000);
			assertThat(foreign.get("hot.called").timer().count()).isEqualTo(10_000);
			assertThat(foreign.find("cold").timer()).isNull();
			assertThat(foreign.find("cool").timer()).isNull();
			assertThat(foreign.getMeters()).extracting((meter) -> meter.getId().getName())
				.as("counters and gauges are no timers")
				.contains("process.uptime", "cairn.messages.held");
			RunningApplication.await(() -> application.ledger().channel("statsd").balance().sampledOut() > 17_000);
			Ledger.Balance balance = application.ledger().channel("statsd").balance();
			assertThat(balance.sampledOut()).isBetween(17_000L, 19_000L);
		}
	}

	@Test
	void rulesCanBeReplacedAtRunTime() throws Exception {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class,
						statsd(statsd, "cairn.sampling.rules[0].signal=timer", "cairn.sampling.rules[0].rate=0"))) {
			Cairn cairn = application.bean(Cairn.class);
			MeterRegistry foreign = application.bean(Foreign.class);
			cairn.timer("work").close();
			assertThat(foreign.find("work").timer()).isNull();
			Settings.Holder settings = application.bean(Settings.Holder.class);
			settings.update((current) -> current.withSamplingRules(List.of()));
			cairn.timer("work").close();
			assertThat(foreign.get("work").timer().count()).isOne();
			settings.update((current) -> current.withSamplingRules(
					List.of(new SamplingRule(Signal.TIMER, NamePattern.of("*"), null, null, null, null, null, 0.5))));
			RunningApplication.await(() -> {
				cairn.timer("work").close();
				return statsd.lines().stream().anyMatch((line) -> line.matches("work:.*\\|ms\\|@0.5"));
			});
			settings.update((current) -> current.withSamplingRules(
					List.of(new SamplingRule(Signal.TIMER, NamePattern.of("*"), null, null, null, null, null, 0))));
			assertThat(cairn.timer("work")).isSameAs(Timing.NONE);
		}
	}

	@Test
	void aTagWithoutEndIsFoldedInEveryRegistryAndInTheirComposite() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class,
				"cairn.metrics.max-tag-values=50")) {
			MeterRegistry composite = application.bean(MeterRegistry.class);
			for (int i = 0; i < 100_000; i++) {
				composite.counter("visits", "user", "u" + i).increment();
			}
			for (MeterRegistry each : List.of(composite, application.bean(Foreign.class),
					application.bean(StatisticsRegistry.class))) {
				assertThat(each.get("visits").counters()).hasSize(51);
				assertThat(each.get("visits").tag("user", "other").counter().count()).isEqualTo(99_950);
			}
			assertThat(application.bean(CardinalityGuard.class).folded()).containsKey("visits/user");
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.contains("the tag 'user' of the meter 'visits'"))
				.hasSize(1);
		}
	}

	@Test
	void aTagIsBoundedByWhatTheFiltersOfTheApplicationMakeOfIt() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Filtered.class,
				"cairn.metrics.max-tag-values=50")) {
			MeterRegistry composite = application.bean(MeterRegistry.class);
			Cairn cairn = application.bean(Cairn.class);
			for (int i = 0; i < 1_000; i++) {
				composite.counter("visits", "page", "/page/" + i).increment();
				cairn.incr("calls", "page", "/page/" + i);
			}
			for (String name : List.of("visits", "calls")) {
				assertThat(application.bean(Foreign.class).get(name).counters()).singleElement()
					.satisfies((counter) -> assertThat(counter.count()).isEqualTo(1_000));
			}
			assertThat(application.bean(CardinalityGuard.class).folded()).isEmpty();
		}
	}

	@Test
	void combinationsWithoutEndAreBoundedInEveryRegistryAndInTheGlobalOne() {
		// Those of closed contexts, whose meters count nothing
		Metrics.globalRegistry.getRegistries().forEach(Metrics::removeRegistry);
		Metrics.globalRegistry.clear();
		try (RunningApplication application = RunningApplication.startWithoutWeb(TwoRegistries.class,
				"cairn.metrics.max-series=2000")) {
			MeterRegistry composite = application.bean(MeterRegistry.class);
			Cairn cairn = application.bean(Cairn.class);
			for (int a = 0; a < 700; a++) {
				for (int b = 0; b < 70; b++) {
					cairn.incr("m", "a", "a" + a, "b", "b" + b);
					composite.counter("own", "a", "a" + a, "b", "b" + b).increment();
				}
				Metrics.counter("global", "user", "u" + a).increment();
			}
			for (int i = 0; i < 5000; i++) {
				cairn.incr("name" + i);
				Metrics.counter("global" + i).increment();
			}
			for (MeterRegistry each : List.of(composite, application.bean(Foreign.class),
					application.bean(StatisticsRegistry.class), Metrics.globalRegistry)) {
				assertThat(each.getMeters()).hasSizeLessThan(2100);
			}
			assertThat(composite.get("m").counters()).hasSize(201);
			assertThat(composite.get("own").counters()).hasSize(201);
			assertThat(Metrics.globalRegistry.get("global").counters()).hasSize(201);
			assertThat(Metrics.globalRegistry.get("global").tag("user", "other").counter().count()).isEqualTo(500);
		}
		finally {
			Metrics.globalRegistry.clear();
		}
	}

	@Test
	void aPrimaryCompositeOfTheApplicationGetsTheStatistics() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Primary.class)) {
			application.bean(MeterRegistry.class).counter("orders").increment();
			assertThat(application.bean(StatisticsRegistry.class).get("orders").counter().count()).isOne();
			assertThat(application.bean(SimpleMeterRegistry.class)).as("only that of the application").isNotNull();
		}
	}

	@Test
	void whatIsMeasuredWhileTheContextClosesArrivesToo() throws Exception {
		try (UdpServer statsd = UdpServer.started()) {
			RunningApplication application = RunningApplication.startWithoutWeb(Draining.class, statsd(statsd));
			application.close();
			RunningApplication.await(() -> statsd.lines().stream().anyMatch((line) -> line.startsWith("drained:1|c")));
		}
	}

	@Test
	void theProcessIsMeasured() {
		List<String> names = List.of("process.cpu.usage", "process.memory.rss", "process.memory.vms", "jvm.memory.used",
				"jvm.threads.live", "process.files.open", "jvm.gc.memory.allocated", "jvm.buffer.memory.used",
				"tomcat.threads.busy", "tomcat.threads.config.max", "system.load.average.1m");
		try (RunningApplication application = RunningApplication.start(TwoRegistries.class)) {
			assertThat(application.bean(MeterRegistry.class).getMeters()).extracting((meter) -> meter.getId().getName())
				.containsAll(names);
		}
	}

	@Test
	void theThreadsOfTomcatAreThoseOfEachServer() {
		try (RunningApplication application = RunningApplication.start(TwoRegistries.class, "management.server.port=0",
				"server.tomcat.threads.max=7", "server.tomcat.threads.min-spare=3")) {
			MeterRegistry registry = application.bean(MeterRegistry.class);
			assertThat(registry.get("tomcat.threads.config.max").gauges()).hasSize(2)
				.extracting(Gauge::value)
				.contains(7.0);
			assertThat(registry.get("tomcat.threads.current").gauges()).hasSize(2)
				.extracting(Gauge::value)
				.contains(3.0);
			assertThat(registry.get("tomcat.threads.busy").gauges()).hasSize(2)
				.allSatisfy((gauge) -> assertThat(gauge.value()).isBetween(0.0, 7.0))
				.allSatisfy((gauge) -> assertThat(gauge.getId().getTag("name")).startsWith("http-nio-"));
		}
	}

	@Test
	void theMemoryOfTheProcessIsThatOfTheSystem() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new ProcessMemoryMeters().bindTo(registry);
		double rss = registry.get("process.memory.rss").gauge().value();
		assertThat(rss).isBetween((double) Runtime.getRuntime().totalMemory() / 100, 1e12);
		assertThat(registry.get("process.memory.vms").gauge().value()).isGreaterThan(rss);
		SimpleMeterRegistry elsewhere = new SimpleMeterRegistry();
		new ProcessMemoryMeters(Path.of("/proc/self/none")).bindTo(elsewhere);
		assertThat(elsewhere.getMeters()).isEmpty();
	}

	private static int sum(UdpServer statsd, String name, String end) {
		return statsd.lines()
			.stream()
			.filter((line) -> line.startsWith(name + ":") && line.endsWith(end))
			.mapToInt((line) -> Integer.parseInt(line.substring(name.length() + 1, line.length() - end.length())))
			.sum();
	}

	private static String[] statsd(UdpServer statsd, String... more) {
		String[] all = new String[more.length + 4];
		all[0] = "management.statsd.metrics.export.host=127.0.0.1";
		all[1] = "management.statsd.metrics.export.port=" + statsd.port();
		all[2] = "management.statsd.metrics.export.enabled=true";
		all[3] = "cairn.statsd.flush-interval=100ms";
		System.arraycopy(more, 0, all, 4, more.length);
		return all;
	}

	/**
	 * A registry that does not depend on Cairn, as that of Prometheus.
	 */
	static class Foreign extends SimpleMeterRegistry {

	}

	@Configuration(proxyBeanMethods = false)
	static class Filtered extends TwoRegistries {

		@Bean
		MeterFilter pages() {
			return MeterFilter.replaceTagValues("page", (page) -> "/page/{id}");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Primary {

		@Bean
		@org.springframework.context.annotation.Primary
		CompositeMeterRegistry composite(SimpleMeterRegistry simple) {
			return new CompositeMeterRegistry(Clock.SYSTEM, List.of(simple));
		}

		@Bean
		SimpleMeterRegistry simple() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Draining extends TwoRegistries {

		@Bean
		SmartLifecycle lastRequest(MeterRegistry registry) {
			Counter drained = registry.counter("drained");
			return new SmartLifecycle() {

				private volatile boolean running;

				@Override
				public void start() {
					this.running = true;
				}

				@Override
				public void stop() {
					this.running = false;
					drained.increment();
				}

				@Override
				public boolean isRunning() {
					return this.running;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TwoRegistries {

		@Bean
		Foreign foreign() {
			return new Foreign();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Millis {

		@Bean
		MeterRegistry millis() {
			return new SimpleMeterRegistry() {

				@Override
				protected TimeUnit getBaseTimeUnit() {
					return TimeUnit.MILLISECONDS;
				}

			};
		}

	}

}

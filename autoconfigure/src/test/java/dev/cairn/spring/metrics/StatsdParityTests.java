package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.aop.MeterTag;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.statsd.StatsdFlavor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The lines of one application with Micrometer's registry for StatsD and with Cairn's.
 */
class StatsdParityTests {

	/** The meters of whose values only some differ, as documented in delivery.md. */
	private static final Set<String> DIFFERENT_VALUES = Set.of("shop.fractions", "shop.own", "shop.balance",
			"shop.stock", "shop.basket");

	/** These meters depend on what else happens in the process. */
	private static final Set<String> INCIDENTAL = Set.of("jvm.gc", "logback.events");

	/** The values of these meters are times. */
	private static final Set<String> TIMES = Set.of("shop.inventory", "shop.order");

	/** The lines that only Cairn sends. */
	private static final Predicate<String> OWN = (line) -> isOf(line, Set.of("cairn.messages", "cairn.channel"))
			|| (isOf(line, "shop.own") && line.contains("max"));

	private static final int MOST_RUNS = 5;

	@ParameterizedTest
	@EnumSource(StatsdFlavor.class)
	void theLinesEqualThoseOfMicrometer(StatsdFlavor flavor) {
		Map<String, List<String>> cairn = lines(flavor, true);
		Map<String, List<String>> micrometer = lines(flavor, false);
		// Micrometer loses lines on a busy machine
		for (int run = 1; run < MOST_RUNS && hasLost(micrometer, cairn); run++) {
			micrometer = lines(flavor, false);
		}
		String mark = (flavor == StatsdFlavor.SYSDIG) ? "_" : "!";
		assertThat(cairn.keySet()).containsAll(micrometer.keySet())
			.anyMatch((line) -> line.contains("de" + mark))
			.noneMatch((line) -> line.contains("de" + mark + mark));
		assertThat(additional(cairn, micrometer)).allMatch(OWN);
		for (String line : equal(micrometer).toList()) {
			assertThat(total(line, cairn.get(line))).as(line).isEqualTo(total(line, micrometer.get(line)));
		}
		assertThat(values(cairn, "shop.fractions")).containsExactly((flavor == StatsdFlavor.TELEGRAF) ? "2" : "2.5");
		assertThat(values(micrometer, "shop.fractions")).containsExactly("2");
		assertThat(values(cairn, "shop.basket")).containsExactly("2.246913578");
		assertThat(values(micrometer, "shop.basket")).containsExactly("2.246914");
		assertThat(values(cairn, "shop.stock")).containsOnly("17.123456789");
		assertThat(values(micrometer, "shop.stock")).containsOnly("17.123457");
		assertThat(values(cairn, "shop.balance"))
			.startsWith((flavor == StatsdFlavor.DATADOG) ? new String[] { "-5", "-5" } : new String[] { "0", "-5" });
		assertThat(values(micrometer, "shop.balance")).containsOnly("-5");
		assertThat(values(cairn, "shop.own")).startsWith("4", "0");
		assertThat(values(micrometer, "shop.own")).startsWith("4", "4");
	}

	/** Whole lines, or some of the increments of a counter. */
	private static boolean hasLost(Map<String, List<String>> micrometer, Map<String, List<String>> cairn) {
		return !additional(cairn, micrometer).allMatch(OWN) || equal(micrometer).filter(cairn::containsKey)
			.anyMatch((line) -> !total(line, cairn.get(line)).equals(total(line, micrometer.get(line))));
	}

	/** Returns the lines that have the same values with both registries. */
	private static Stream<String> equal(Map<String, List<String>> micrometer) {
		return micrometer.keySet()
			.stream()
			.filter((line) -> isOf(line, "shop") && !isOf(line, DIFFERENT_VALUES) && !isOf(line, TIMES));
	}

	private static Stream<String> additional(Map<String, List<String>> cairn, Map<String, List<String>> micrometer) {
		return cairn.keySet().stream().filter((line) -> !micrometer.containsKey(line));
	}

	/**
	 * Counts and times are compared as a whole, gauges by their last value: they may have
	 * been read before all was recorded.
	 */
	private static Object total(String line, List<String> values) {
		return line.contains("|g") ? values.get(values.size() - 1)
				: line.contains("|c") ? values.stream().mapToDouble(Double::parseDouble).sum() : values;
	}

	private static List<String> values(Map<String, List<String>> lines, String meter) {
		return lines.entrySet()
			.stream()
			.filter((entry) -> isOf(entry.getKey(), Set.of(meter)))
			.findFirst()
			.orElseThrow()
			.getValue();
	}

	private static boolean isOf(String line, Set<String> meters) {
		return meters.stream().anyMatch((meter) -> isOf(line, meter));
	}

	/** The flavors write names in different ways. */
	private static boolean isOf(String line, String meter) {
		return line.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").startsWith(meter.replace(".", ""));
	}

	private static Map<String, List<String>> lines(StatsdFlavor flavor, boolean cairn) {
		try (UdpServer server = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
						"cairn.statsd.enabled=" + cairn, "cairn.statsd.flush-interval=100ms",
						"management.statsd.metrics.export.host=127.0.0.1",
						"management.statsd.metrics.export.port=" + server.port(),
						"management.statsd.metrics.export.flavor=" + flavor.name().toLowerCase(Locale.ROOT),
						"management.statsd.metrics.export.polling-frequency=200ms")) {
			// Micrometer loses what is recorded before it is connected
			RunningApplication.await(() -> !server.lines().isEmpty());
			record(application.bean(MeterRegistry.class), application.bean(Shop.class));
			RunningApplication.await(() -> polls(server) > 0);
			int before = polls(server);
			RunningApplication.await(() -> polls(server) > before + 2);
			Map<String, List<String>> lines = new TreeMap<>();
			for (String line : server.lines()) {
				if (isOf(line, INCIDENTAL)) {
					continue;
				}
				int value = line.indexOf(':');
				int end = line.indexOf('|', value);
				lines.computeIfAbsent(line.substring(0, value) + line.substring(end), (key) -> new ArrayList<>())
					.add(line.substring(value + 1, end));
			}
			return lines;
		}
	}

	/** Returns how often the meter that was registered last was read. */
	private static int polls(UdpServer server) {
		return (int) server.lines().stream().filter((line) -> isOf(line, "shop.registered.last")).count();
	}

	private static void record(MeterRegistry registry, Shop shop) {
		registry.counter("shop.orders", "country", "de").increment(3);
		registry.counter("shop.unmoved");
		registry.counter("shop.fractions").increment(2.5);
		Timer.builder("shop.place").register(registry).record(1_500_000, TimeUnit.NANOSECONDS);
		Timer.builder("shop.slo")
			.serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(10))
			.publishPercentiles(0.5)
			.register(registry)
			.record(5, TimeUnit.MILLISECONDS);
		Timer.builder("shop.histogram")
			.publishPercentileHistogram()
			.minimumExpectedValue(Duration.ofMillis(1))
			.maximumExpectedValue(Duration.ofMillis(2))
			.register(registry)
			.record(1, TimeUnit.MILLISECONDS);
		DistributionSummary.builder("shop.basket").baseUnit("items").scale(2).register(registry).record(1.123456789);
		Gauge.builder("shop.stock", () -> 17.123456789).baseUnit("items").register(registry);
		Gauge.builder("shop.balance", () -> -5).register(registry);
		FunctionCounter.builder("shop.visits", 7, (count) -> count).register(registry);
		FunctionCounter.builder("shop.never", 0, (count) -> count).register(registry);
		FunctionTimer.builder("shop.gc", 4, (count) -> count, (count) -> 10, TimeUnit.MILLISECONDS).register(registry);
		LongTaskTimer.builder("shop.inventory").register(registry).start();
		Meter
			.builder("shop.own", Meter.Type.OTHER, List.of(new Measurement(() -> 4.0, Statistic.COUNT),
					new Measurement(() -> 5.5, Statistic.VALUE), new Measurement(() -> 6.5, Statistic.MAX)))
			.register(registry);
		shop.order("de");
		shop.order("fr");
		Gauge.builder("shop.registered.last", () -> 1).register(registry);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		/** Would change a tag again if it was applied to its own result. */
		@Bean
		MeterFilter country() {
			return MeterFilter.replaceTagValues("country", (country) -> country + "!");
		}

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		@Timed("shop.order")
		@Counted("shop.order.calls")
		void order(@MeterTag("country") String country) {
		}

	}

}

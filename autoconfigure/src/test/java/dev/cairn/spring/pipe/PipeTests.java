package dev.cairn.spring.pipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.metrics.Distribution;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The pipe of an application, as {@code cat} and statvent's reader see it.
 */
@DisabledOnOs(OS.WINDOWS)
class PipeTests {

	private static final String OWN = ProcessHandle.current().pid() + ".stats";

	private static RunningApplication application;

	@TempDir
	private static Path directory;

	private static Map<String, Double> stats;

	private static String output;

	@BeforeAll
	static void read() throws Exception {
		application = RunningApplication.start(Application.class, "cairn.pipe.enabled=true", "cairn.pipe.buckets=true",
				"cairn.pipe.directory=" + directory.resolve("pipes"),
				"cairn.pipe.port-directory=" + directory.resolve("ports"));
		Cairn cairn = application.bean(Cairn.class);
		cairn.incr("orders.placed", 17);
		cairn.incr("foo :: now");
		cairn.incr("two\nlines: 3");
		cairn.set("cart.value", 2.5);
		MeterRegistry registry = application.bean(MeterRegistry.class);
		registry.gauge("broken", "", (value) -> Double.NaN);
		registry.more().counter("failing", List.of(), "", (value) -> {
			throw new IllegalStateException("no value");
		});
		for (int i = 1; i <= 1000; i++) {
			registry.timer("orders.pay", "country", "de").record(i, TimeUnit.MILLISECONDS);
			cairn.record("foo->{0}->bar", i);
		}
		RunningApplication.await(() -> Files.exists(directory.resolve("pipes").resolve(OWN)));
		Process cat = new ProcessBuilder("cat", directory.resolve("pipes").resolve(OWN).toString()).start();
		output = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		stats = parse(output);
	}

	/** As statvent does: from the last colon, an integer or a floating point number. */
	private static Map<String, Double> parse(String lines) {
		Map<String, Double> stats = new TreeMap<>();
		lines.lines().forEach((line) -> {
			int colon = line.lastIndexOf(':');
			assertThat(line.substring(colon + 1)).as(line).matches(" -?\\d+(\\.\\d{6})?");
			stats.merge(line.substring(0, colon).strip(), Double.valueOf(line.substring(colon + 1)), Double::sum);
		});
		return stats;
	}

	@AfterAll
	static void stop() {
		application.close();
		assertThat(directory.resolve("pipes")).isEmptyDirectory();
	}

	@Test
	void hasCountersAndGauges() {
		assertThat(stats).containsEntry("orders.placed", 17.0).containsEntry("cart.value", 2.5);
		assertThat(output).contains("\norders.placed: 17\n", "\ncart.value: 2.500000\n");
		assertThat(stats.get("orders.placed.rate")).isPositive();
		assertThat(stats).containsKey("jvm.threads.live");
	}

	@Test
	void hasPercentilesByTheLabelsOfStatvent() {
		assertThat(stats.get("orders.pay.country.de.count")).isEqualTo(1000);
		assertThat(stats.get("orders.pay.country.de.median")).isCloseTo(500, within(5.0));
		assertThat(stats.get("orders.pay.country.de.95th")).isCloseTo(950, within(9.5));
		assertThat(stats.get("orders.pay.country.de.99th")).isCloseTo(990, within(9.9));
		assertThat(stats.get("orders.pay.country.de.100th")).isCloseTo(1000, within(10.0));
		assertThat(stats.get("orders.pay.country.de.mean")).isEqualTo(500.5);
	}

	@Test
	void aNameMayHaveAPlaceForTheLabel() {
		assertThat(stats).containsKeys("foo->median->bar", "foo->99th->bar", "foo->mean->bar", "foo->count->bar");
	}

	@Test
	void namesMayHaveColonsAndSpacesButNoLineBreaks() {
		assertThat(stats).containsEntry("foo :: now", 1.0).containsEntry("two_lines: 3", 1.0);
	}

	@Test
	void valuesThatAreNoNumbersAreLeftOut() {
		assertThat(stats).doesNotContainKeys("broken", "failing");
	}

	@Test
	void distributionsCanBeMergedByTheirBuckets() {
		String prefix = "orders.pay.country.de.bucket.";
		Map<Integer, Long> counts = new TreeMap<>();
		stats.forEach((name, count) -> {
			if (name.startsWith(prefix)) {
				int bucket = Distribution.bucketEndingAt(Double.parseDouble(name.substring(prefix.length())) * 1e6);
				assertThat(bucket).as(name).isNotNegative();
				counts.put(bucket, count.longValue());
			}
		});
		Distribution read = Distribution.of(counts, 0);
		assertThat(read.count()).isEqualTo(1000);
		assertThat(read.merge(read).percentile(0.99) / 1e6).isCloseTo(990, within(9.9));
	}

	@Test
	void theFileWithThePortIsNamedByTheProcess() throws IOException {
		assertThat(Files.readString(directory.resolve("ports").resolve(OWN.replace(".stats", ".port"))))
			.isEqualTo(String.valueOf(application.port()));
	}

	@Test
	void thereIsNoPipeByDefault() {
		Contexts.withMetrics().run((context) -> assertThat(context).doesNotHaveBean(StatsPipe.class).hasNotFailed());
	}

	@Test
	void thereIsNoPipeWithoutStatistics() {
		Contexts.withMetrics()
			.withPropertyValues("cairn.pipe.enabled=true", "cairn.metrics.statistics.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(StatsPipe.class).hasNotFailed());
	}

	@Test
	void eachUserHasAFolder() {
		PipeProperties properties = new PipeProperties(true, null, false, null);
		assertThat(properties.toDirectory())
			.isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), "stats-pipe-" + System.getProperty("user.name")));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

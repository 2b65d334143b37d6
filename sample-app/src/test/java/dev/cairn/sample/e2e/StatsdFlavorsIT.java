package dev.cairn.sample.e2e;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import dev.cairn.Ledger;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.statsd.StatsdRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.statsd.StatsdFlavor;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * The lines on a real socket in the flavors for which there is no server to be had, read
 * by the letter of their formats.
 */
class StatsdFlavorsIT {

	private static final Duration LONG = Duration.ofHours(1);

	private static final Duration SHORT = Duration.ofMillis(20);

	private static final int SAMPLED = 25;

	private final Channel account = new Accounts().channel("statsd");

	private StatsdReceiver server;

	@BeforeEach
	void start() throws Exception {
		this.server = new StatsdReceiver();
	}

	@AfterEach
	void stop() throws Exception {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "DATADOG,false", "DATADOG,true", "TELEGRAF,false", "SYSDIG,false" })
	void aMillionIncrementsAndEachSampleArrive(StatsdFlavor flavor, boolean packed) throws Exception {
		StatsdRegistry registry = Meters.registry(flavor, packed, SHORT, LONG, this.account, this.server.transport());
		Counter whole = registry.counter("whole", "country", "de", "kind", "b2b");
		Counter quarters = registry.counter("quarters");
		Timer times = registry.timer("times", "country", "de");
		DistributionSummary sizes = registry.summary("sizes");
		Meters.aMillionTimes((i) -> {
			whole.increment();
			quarters.increment(0.25);
			if (i % SAMPLED == 0) {
				times.record(i, TimeUnit.MICROSECONDS);
				sizes.record(i * 0.125);
			}
		});
		registry.close();
		List<StatsdLine> lines = received(flavor);
		long samples = Meters.THREADS * Meters.TIMES / SAMPLED;
		BigDecimal sum = BigDecimal.valueOf(samples)
			.multiply(BigDecimal.valueOf(Meters.TIMES - SAMPLED))
			.divide(BigDecimal.valueOf(2));
		assertThat(sum(lines, "whole", "c")).isEqualByComparingTo("1000000");
		assertThat(sum(lines, "quarters", "c")).isEqualByComparingTo("250000");
		assertThat(samples(lines, "times", "ms")).isEqualTo(samples);
		assertThat(sum(lines, "times", "ms")).isEqualByComparingTo(sum.movePointLeft(3));
		assertThat(samples(lines, "sizes", "h")).isEqualTo(samples);
		assertThat(sum(lines, "sizes", "h")).isEqualByComparingTo(sum.multiply(new BigDecimal("0.125")));
		assertThat(tags(lines, "whole")).containsEntry("country", "de").containsEntry("kind", "b2b");
		assertThat(tags(lines, "times")).containsEntry("country", "de");
		assertThat(lines.stream().anyMatch((line) -> line.values().size() > 1)).isEqualTo(packed);
		assertThat(lines).allSatisfy((line) -> assertThat(line.name()).isIn("whole", "quarters", "times", "sizes"));
		assertThat(this.account.balance().delivered()).isEqualTo(sampleCount(lines));
	}

	/** The numbers of the Ledger are samples. */
	private static long sampleCount(List<StatsdLine> lines) {
		return lines.stream().mapToLong((line) -> line.values().size()).sum();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void histogramsAreDatadogsDistributions(boolean packed) throws Exception {
		StatsdRegistry registry = Meters.registry(StatsdFlavor.DATADOG, packed, SHORT, LONG, this.account,
				this.server.transport());
		Timer times = Timer.builder("times")
			.tag("url", "http://shop:80/")
			.publishPercentileHistogram()
			.register(registry);
		DistributionSummary sizes = DistributionSummary.builder("sizes")
			.publishPercentileHistogram()
			.register(registry);
		for (int i = 1; i <= 10_000; i++) {
			times.record(i, TimeUnit.MILLISECONDS);
			sizes.record(i);
		}
		registry.close();
		List<StatsdLine> lines = received(StatsdFlavor.DATADOG);
		for (String name : List.of("times", "sizes")) {
			assertThat(samples(lines, name, "d")).isEqualTo(10_000);
			assertThat(sum(lines, name, "d")).isEqualByComparingTo("50005000");
		}
		assertThat(tags(lines, "times")).containsEntry("url", "http://shop:80/");
		assertThat(lines).allSatisfy((line) -> assertThat(line.type()).isEqualTo("d"));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ETSY")
	void theLinesAddUpToWhatWasMeasuredElsewhere(StatsdFlavor flavor) throws Exception {
		StatsdRegistry registry = Meters.registry(flavor, false, LONG, LONG, this.account, this.server.transport());
		FunctionTimer.builder("gc", this, (self) -> 40, (self) -> 100, TimeUnit.MILLISECONDS)
			.tag("area", "heap")
			.register(registry);
		registry.close();
		List<StatsdLine> lines = received(flavor);
		assertThat(lines).hasSize(40)
			.allSatisfy((line) -> assertThat(line.samples()).isEqualTo(1))
			.allSatisfy((line) -> assertThat(line.tags()).containsEntry("area", "heap"));
		assertThat(lines.stream().mapToDouble((line) -> line.sum().doubleValue()).sum()).isEqualTo(100);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ETSY")
	void aGaugeIsWhatItWasLast(StatsdFlavor flavor) throws Exception {
		AtomicReference<Double> temperature = new AtomicReference<>(0.0);
		StatsdRegistry registry = Meters.registry(flavor, false, SHORT, SHORT, this.account, this.server.transport());
		Gauge.builder("temperature", temperature, AtomicReference::get).register(registry);
		for (double value : new double[] { 17.25, -5, -7.5, 3, 0 }) {
			temperature.set(value);
			awaiting().untilAsserted(() -> assertThat(gauge(flavor)).isEqualByComparingTo(BigDecimal.valueOf(value)));
		}
		registry.close();
	}

	/** A sign means a change everywhere but with Datadog. */
	private BigDecimal gauge(StatsdFlavor flavor) {
		BigDecimal value = BigDecimal.valueOf(-1000);
		for (StatsdLine line : this.server.lines(flavor)) {
			BigDecimal sent = line.values().get(0);
			value = (sent.signum() < 0 && flavor != StatsdFlavor.DATADOG) ? value.add(sent) : sent;
		}
		return value;
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ETSY")
	void aTagCannotForgeAMetric(StatsdFlavor flavor) throws Exception {
		StatsdRegistry registry = Meters.registry(flavor, false, LONG, LONG, this.account, this.server.transport());
		registry.counter("tagged\nevil:1|c", "coun|try", "a\nevil:1|c|x", "b", "#x,y=z@0.5\u2028").increment();
		registry.close();
		List<StatsdLine> lines = received(flavor);
		assertThat(lines).singleElement()
			.satisfies((line) -> assertThat(line.name()).isEqualTo("tagged_evil_1_c"))
			.satisfies((line) -> assertThat(line.tags()).containsEntry("b", "_x_y_z_0.5_"));
	}

	@Test
	void theReadersForgiveNothing() {
		for (String line : List.of("", "a", "a:1", "a:|c", "a:1|x", "a:1|c|", "a:1|c|@0.5|", "a:1|c|@2", "a:1|c|#",
				"a:1|c|#k", "a:1|c|#k:v,", "a:1:|ms", "a:1e3|c", "a:1|c\r", "a:NaN|g", ":1|c", "a,k=v:1|c|#k:v")) {
			assertThatIllegalArgumentException().as(line)
				.isThrownBy(() -> StatsdLine.parse(StatsdFlavor.DATADOG, line));
		}
		for (String line : List.of("a:1:2|ms", "a,k:1|c", "a,k=:1|c", "a#k=v:1|c", "a:1|c|#k:v", "a:1|d", "a,:1|c")) {
			assertThatIllegalArgumentException().as(line)
				.isThrownBy(() -> StatsdLine.parse(StatsdFlavor.TELEGRAF, line));
		}
		for (String line : List.of("a:1:2|ms", "a#k:1|c", "a#k=v,:1|c", "a,k=v:1|c", "a:1|c|#k:v", "a#:1|c")) {
			assertThatIllegalArgumentException().as(line).isThrownBy(() -> StatsdLine.parse(StatsdFlavor.SYSDIG, line));
		}
	}

	/** All that the system has taken. */
	private List<StatsdLine> received(StatsdFlavor flavor) {
		Ledger.Balance balance = this.account.balance();
		assertThat(balance.offered()).isEqualTo(balance.delivered());
		assertThat(balance.dropped()).isEmpty();
		awaiting()
			.untilAsserted(() -> assertThat(sampleCount(this.server.lines(flavor))).isEqualTo(balance.delivered()));
		return this.server.lines(flavor);
	}

	private static BigDecimal sum(List<StatsdLine> lines, String name, String type) {
		return lines.stream()
			.filter((line) -> line.name().equals(name) && line.type().equals(type))
			.map(StatsdLine::sum)
			.reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	private static double samples(List<StatsdLine> lines, String name, String type) {
		return lines.stream()
			.filter((line) -> line.name().equals(name) && line.type().equals(type))
			.mapToDouble(StatsdLine::samples)
			.sum();
	}

	/** The tags that all lines of a name share. */
	private static Map<String, String> tags(List<StatsdLine> lines, String name) {
		List<Map<String, String>> all = lines.stream()
			.filter((line) -> line.name().equals(name))
			.map(StatsdLine::tags)
			.distinct()
			.collect(Collectors.toList());
		assertThat(all).hasSize(1);
		return all.get(0);
	}

	private static ConditionFactory awaiting() {
		return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10)).pollInSameThread();
	}

}

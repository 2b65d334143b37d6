package dev.cairn.statsd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.RecordingTransport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link StatsdRegistry}.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class StatsdRegistryTests {

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	private static final MeterSampling KEEPS_ALL = MeterSampling.keepAll();

	private static final Duration LONG = Duration.ofHours(1);

	private final Accounts ledger = new Accounts();

	private final RecordingTransport transport = new RecordingTransport();

	@ParameterizedTest
	@EnumSource(StatsdFlavor.class)
	void writesLinesAsMicrometerDoes(StatsdFlavor flavor) {
		Queue<String> expected = new ConcurrentLinkedQueue<>();
		StatsdMeterRegistry micrometer = StatsdMeterRegistry.builder(config(flavor))
			.clock(Clock.SYSTEM)
			.lineSink(expected::add)
			.build();
		StatsdRegistry registry = registry(flavor);
		for (var one : List.of(micrometer, registry)) {
			Counter.builder("shop.orders").tag("country", "de").tag("kind", "b2b").register(one).increment(3);
			Timer.builder("shop.order.place")
				.tag("country", "de")
				.register(one)
				.record(1_500_000, TimeUnit.NANOSECONDS);
			DistributionSummary.builder("shop.basket").baseUnit("items").register(one).record(2.5);
			Gauge.builder("shop.stock", () -> 17.25).tag("shelf", "a").register(one);
			FunctionCounter.builder("shop.visits", 7, (count) -> count).register(one);
			LongTaskTimer.builder("shop.inventory").register(one);
			Meter.builder("shop.own", Meter.Type.OTHER,
					List.of(new io.micrometer.core.instrument.Measurement(() -> 4.0,
							io.micrometer.core.instrument.Statistic.COUNT),
							new io.micrometer.core.instrument.Measurement(() -> 5.5,
									io.micrometer.core.instrument.Statistic.VALUE)))
				.register(one);
		}
		micrometer.close();
		registry.close();
		assertThat(this.transport.lines()).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void addsUpExactlyFromManyThreads() throws Exception {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, Duration.ofMillis(5), StatsdRegistry.Options.SAMPLES);
		Counter whole = registry.counter("whole");
		Counter parts = registry.counter("parts");
		inThreads(8, () -> {
			for (int i = 0; i < 125_000; i++) {
				whole.increment();
				parts.increment(0.25);
			}
		});
		registry.close();
		assertThat(sum("whole")).isEqualTo(1_000_000);
		assertThat(sum("parts")).isEqualTo(250_000);
		assertThat(whole.count()).isEqualTo(1_000_000);
		assertThatNothingIsLost();
	}

	@Test
	void countsTheSamplesOfATimeWhenItIsOffAsFiltered() {
		AtomicBoolean on = new AtomicBoolean(true);
		StatsdRegistry registry = registry(StatsdFlavor.ETSY).sendWhile(on::get);
		registry.counter("before").increment();
		registry.flush(Duration.ofSeconds(1));
		on.set(false);
		registry.counter("off").increment(3);
		registry.timer("off.times").record(Duration.ofMillis(4));
		registry.flush(Duration.ofSeconds(1));
		on.set(true);
		registry.counter("after").increment();
		registry.close();
		assertThat(this.transport.lines()).containsExactly("before.statistic.count:1|c", "after.statistic.count:1|c");
		Ledger.Balance balance = this.ledger.balances().get("statsd");
		assertThat(balance.filtered()).isEqualTo(2);
		assertThat(balance.delivered()).isEqualTo(2);
		assertThat(balance.held()).isZero();
	}

	@Test
	void tenthsAddUp() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		for (int i = 0; i < 1000; i++) {
			registry.counter("tenths").increment(0.1);
			registry.flush(Duration.ofSeconds(1));
		}
		registry.close();
		assertThat(this.transport.lines()).hasSize(1000).containsOnly("tenths.statistic.count:0.1|c");
	}

	@Test
	void deliversEachSampleFromManyThreads() throws Exception {
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG, Duration.ofMillis(1), 1 << 22);
		Timer timer = registry.timer("times");
		DistributionSummary summary = registry.summary("sizes");
		inThreads(4, () -> {
			for (int i = 1; i <= 100_000; i++) {
				timer.record(i, TimeUnit.MICROSECONDS);
				summary.record(i);
			}
		});
		registry.close();
		assertThat(sum("sizes")).isEqualTo(4 * 100_000L * 100_001 / 2);
		assertThat(sum("times")).isEqualTo(4 * 100_000L * 100_001 / 2 / 1000.0);
		assertThat(count("times")).isEqualTo(400_000);
		assertThat(timer.count()).isEqualTo(400_000);
		assertThat(timer.max(TimeUnit.MILLISECONDS)).isEqualTo(100);
		assertThatNothingIsLost();
	}

	@Test
	void countsWhatDoesNotFit() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, LONG, 100);
		Timer timer = registry.timer("times");
		for (int i = 0; i < 100_000; i++) {
			timer.record(1, TimeUnit.MILLISECONDS);
		}
		registry.close();
		Ledger.Balance balance = this.ledger.channel("statsd").balance();
		assertThat(balance.offered()).isEqualTo(100_000);
		assertThat(balance.delivered()).isEqualTo(count("times")).isPositive();
		assertThat(balance.dropped().get(DropReason.OVERFLOW)).isEqualTo(100_000 - balance.delivered());
		assertThat(balance.held()).isZero();
		assertThat(timer.count()).isEqualTo(100_000);
	}

	@Test
	void packsSamplesOfOneTimerIntoALine() {
		StatsdRegistry registry = new StatsdRegistry(config(StatsdFlavor.DATADOG), Clock.SYSTEM,
				HierarchicalNameMapper.DEFAULT, options(LONG, 1000, true), KEEPS_ALL, this.ledger.channel("statsd"),
				this.transport);
		for (int i = 1; i <= 3; i++) {
			registry.timer("times", "country", "de").record(i, TimeUnit.MILLISECONDS);
		}
		registry.close();
		assertThat(this.transport.lines()).hasSize(1);
		assertThat(this.transport.lines().get(0)).startsWith("times:").endsWith("|ms|#country:de");
		assertThat(this.transport.lines().get(0).split("[:|]")).contains("1", "2", "3");
		assertThat(this.ledger.channel("statsd").balance().delivered()).isEqualTo(3);
	}

	@Test
	void packetsAreAsLongAsConfiguredAtTheMost() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		for (int i = 0; i < 1000; i++) {
			registry.counter("counter." + i).increment();
		}
		registry.close();
		assertThat(this.transport.packets()).hasSizeBetween(20, 30)
			.allSatisfy((packet) -> assertThat(packet.length()).isLessThanOrEqualTo(1400));
		assertThat(this.transport.lines()).hasSize(1000).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@EnumSource(StatsdFlavor.class)
	void aTagCannotForgeAMetric(StatsdFlavor flavor) {
		StatsdRegistry registry = registry(flavor);
		registry.counter("shop\norders", "country", "de\nevil:1|c", "a|b", "x,y=z:1|g\r\nmore:1|c\u2028").increment();
		registry.close();
		assertThat(this.transport.lines()).singleElement()
			.satisfies((line) -> assertThat(line.chars().filter((c) -> c == '|').count())
				.isEqualTo((flavor == StatsdFlavor.DATADOG) ? 2 : 1));
	}

	@ParameterizedTest
	@EnumSource(StatsdFlavor.class)
	void aNegativeGaugeIsNoDecrement(StatsdFlavor flavor) {
		StatsdRegistry registry = registry(flavor);
		Gauge.builder("temperature", () -> -5).register(registry);
		registry.close();
		List<String> values = this.transport.lines().stream().map((line) -> value(line)).toList();
		assertThat(values).isEqualTo((flavor == StatsdFlavor.DATADOG) ? List.of("-5") : List.of("0", "-5"));
	}

	@Test
	void aCounterCountsOnAfterAnInfiniteAmount() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		Counter counter = registry.counter("orders");
		counter.increment(2);
		counter.increment(Double.POSITIVE_INFINITY);
		counter.increment(Double.NaN);
		registry.flush(Duration.ofSeconds(1));
		counter.increment(3);
		registry.close();
		assertThat(sum("orders")).isEqualTo(5);
		assertThat(counter.count()).isEqualTo(5);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anInfiniteValueOfASummaryTakesNoOtherWithIt(boolean packed) {
		StatsdRegistry registry = new StatsdRegistry(config(StatsdFlavor.DATADOG), Clock.SYSTEM,
				HierarchicalNameMapper.DEFAULT, options(LONG, 1000, packed), KEEPS_ALL, this.ledger.channel("statsd"),
				this.transport);
		for (double size : new double[] { 1, 2, Double.POSITIVE_INFINITY, Double.NaN, 3 }) {
			registry.summary("sizes").record(size);
		}
		registry.flush(Duration.ofSeconds(1));
		registry.summary("sizes").record(4);
		registry.close();
		assertThat(this.transport.lines()).containsExactlyElementsOf(packed ? List.of("sizes:1:2:3|h", "sizes:4|h")
				: List.of("sizes:1|h", "sizes:2|h", "sizes:3|h", "sizes:4|h"));
		Ledger.Balance balance = this.ledger.channel("statsd").balance();
		assertThat(balance.offered()).isEqualTo(5);
		assertThat(balance.delivered()).isEqualTo(4);
		assertThat(balance.dropped()).containsExactly(entry(DropReason.UNENCODABLE, 1L));
	}

	@ParameterizedTest
	@EnumSource(StatsdFlavor.class)
	void timesMeasuredElsewhereAreSentAsOftenAsTheyAre(StatsdFlavor flavor) {
		StatsdRegistry registry = registry(flavor);
		FunctionTimer.builder("gc", this, (self) -> 4, (self) -> 10, TimeUnit.MILLISECONDS).register(registry);
		registry.close();
		assertThat(this.transport.lines()).hasSize(4)
			.allSatisfy((line) -> assertThat(line).startsWith("gc").contains("2.5|ms").doesNotContain("@"));
		assertThat(this.ledger.channel("statsd").balance().delivered()).isEqualTo(4);
	}

	@Test
	void timesMeasuredElsewhereAreBounded() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, LONG, 100);
		FunctionTimer.builder("gc", this, (self) -> 1_000_000_000_000L, (self) -> 10, TimeUnit.DAYS).register(registry);
		registry.close();
		assertThat(this.transport.lines()).hasSize(100);
		assertThat(this.ledger.channel("statsd").balance().dropped()).containsEntry(DropReason.OVERFLOW,
				1_000_000_000_000L - 100);
	}

	@Test
	void timesMeasuredElsewhereHaveRoomForAllFlushesOfAPoll() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, Duration.ofSeconds(1), 100);
		FunctionTimer.builder("gc", this, (self) -> 950, (self) -> 10, TimeUnit.SECONDS).register(registry);
		registry.close();
		assertThat(this.transport.lines()).hasSize(950);
		assertThat(this.ledger.channel("statsd").balance().dropped()).isEmpty();
	}

	@Test
	void fractionsAddUpWhereAServerDropsThem() {
		StatsdRegistry registry = registry(StatsdFlavor.TELEGRAF);
		Counter counter = registry.counter("credits");
		AtomicReference<Double> total = new AtomicReference<>(0.0);
		FunctionCounter.builder("debits", total, AtomicReference::get).register(registry);
		for (int i = 0; i < 45; i++) {
			counter.increment(0.1);
			total.updateAndGet((before) -> before + 0.7);
			registry.flush(Duration.ofSeconds(30));
		}
		registry.close();
		assertThat(lines("credits,statistic=count")).allMatch((line) -> value(line).equals("1")).hasSize(4);
		assertThat(sum("debits,statistic=count")).isEqualTo(31);
	}

	@Test
	void aCounterThatIsReadIsZeroWhereItHasNotMoved() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		AtomicLong count = new AtomicLong();
		FunctionCounter.builder("visits", count, AtomicLong::get).register(registry);
		registry.close();
		assertThat(this.transport.lines()).containsExactly("visits.statistic.count:0|c");
	}

	@Test
	void nothingIsLostWhileTheServerIsAway() throws Exception {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, Duration.ofMillis(5), 1000);
		this.transport.broken(true);
		for (int i = 0; i < 100; i++) {
			registry.counter("orders").increment();
			registry.timer("times").record(1, TimeUnit.MILLISECONDS);
			registry.flush(Duration.ZERO);
		}
		Channel channel = this.ledger.channel("statsd");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(channel.balance().state()).isIn(Ledger.State.DOWN, Ledger.State.DEGRADED));
		assertThat(channel.balance().held()).isPositive();
		this.transport.broken(false);
		assertThat(registry.flush(Duration.ofSeconds(30))).isTrue();
		registry.close();
		assertThat(sum("orders")).isEqualTo(100);
		assertThat(count("times")).isEqualTo(100);
		assertThatNothingIsLost();
	}

	@Test
	@Timeout(60)
	void theEndDoesNotWaitForAServerThatIsAway() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		this.transport.broken(true);
		registry.counter("orders").increment();
		assertThat(registry.flush(Duration.ofMillis(10))).isFalse();
		Channel channel = this.ledger.channel("statsd");
		// On a busy machine, the flush can begin after its timeout
		Awaitility.await().untilAsserted(() -> assertThat(channel.balance().held()).isOne());
		registry.counter("orders").increment();
		registry.stop(Duration.ofMinutes(10));
		Ledger.Balance balance = channel.balance();
		assertThat(balance.dropped()).containsEntry(DropReason.SHUTDOWN, 2L);
		assertThat(balance.held()).isZero();
	}

	@Test
	void theEndSendsToAServerThatIsBack() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		this.transport.broken(true);
		registry.counter("orders").increment();
		assertThat(registry.flush(Duration.ofMillis(10))).isFalse();
		Channel channel = this.ledger.channel("statsd");
		Awaitility.await().untilAsserted(() -> assertThat(channel.balance().held()).isOne());
		this.transport.broken(false);
		registry.stop(Duration.ofMinutes(10));
		assertThat(sum("orders")).isEqualTo(1);
		assertThatNothingIsLost();
	}

	@Test
	void whatCannotBeSentUntilTheEndIsCounted() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		this.transport.broken(true);
		registry.counter("orders").increment();
		registry.stop(Duration.ofMillis(100));
		Ledger.Balance balance = this.ledger.channel("statsd").balance();
		assertThat(balance.dropped()).containsEntry(DropReason.SHUTDOWN, 1L);
		assertThat(balance.held()).isZero();
	}

	@Test
	void aRemovedMeterSendsWhatItHasCounted() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		Counter counter = registry.counter("orders");
		counter.increment(5);
		registry.remove(counter);
		registry.close();
		assertThat(this.transport.lines()).containsExactly("orders.statistic.count:5|c");
	}

	@Test
	void aGaugeThatFailsKeepsNoOtherFromBeingRead() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY);
		for (int i = 0; i < 10; i++) {
			Gauge.builder("broken." + i, () -> {
				throw new IllegalStateException("no value");
			}).register(registry);
			Gauge.builder("stock." + i, () -> 1).register(registry);
		}
		registry.close();
		assertThat(this.transport.lines()).hasSize(10).allMatch((line) -> line.startsWith("stock"));
	}

	private double sum(String name) {
		return lines(name).stream().mapToDouble((line) -> Double.parseDouble(value(line))).sum();
	}

	private long count(String name) {
		return lines(name).size();
	}

	private static String value(String line) {
		return line.substring(line.indexOf(':') + 1, line.indexOf('|'));
	}

	private List<String> lines(String name) {
		Predicate<String> named = (line) -> line.startsWith(name + ":") || line.startsWith(name + ".statistic.count:");
		return this.transport.lines().stream().filter(named).toList();
	}

	private void assertThatNothingIsLost() {
		Ledger.Balance balance = this.ledger.channel("statsd").balance();
		assertThat(balance.offered()).isEqualTo(balance.delivered());
		assertThat(balance.dropped()).isEmpty();
	}

	private static void inThreads(int number, Runnable task) throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			Thread thread = new Thread(task);
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	@Test
	void writesTheRateOfWhatIsSampled() {
		MeterSampling half = new MeterSampling((candidate) -> 0.5, Trace.Source.NONE, () -> 0);
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG, LONG, 100_000, half);
		for (int i = 0; i < 10_000; i++) {
			registry.timer("times").record(3, TimeUnit.MILLISECONDS);
			registry.counter("counts").increment();
			registry.summary("sizes").record(7);
		}
		assertThat(registry.timer("times").count()).isEqualTo(10_000);
		registry.close();
		List<String> times = this.transport.lines().stream().filter((line) -> line.startsWith("times")).toList();
		assertThat(times).allMatch("times:3|ms|@0.5"::equals);
		assertThat(times.size()).isBetween(4700, 5300);
		List<String> sizes = this.transport.lines().stream().filter((line) -> line.startsWith("sizes")).toList();
		assertThat(sizes).allMatch("sizes:7|h|@0.5"::equals);
		assertThat(sum("counts")).as("counters are exact").isEqualTo(10_000);
		assertThat(lines("counts")).noneMatch((line) -> line.contains("@"));
		Ledger.Balance balance = this.ledger.channel("statsd").balance();
		assertThat(balance.sampledOut()).isBetween(9_400L, 10_600L);
		assertThat(balance.offered()).isEqualTo(balance.sampledOut() + balance.delivered());
	}

	@Test
	void followsRatesThatChange() {
		AtomicReference<Double> rate = new AtomicReference<>(1.0);
		AtomicLong version = new AtomicLong();
		MeterSampling sampling = new MeterSampling((candidate) -> rate.get(), Trace.Source.NONE, version::get);
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG, LONG, 100_000, sampling);
		Timer timer = registry.timer("times");
		Counter counter = registry.counter("counts");
		for (double next : new double[] { 0, 0.5, 1 }) {
			timer.record(1, TimeUnit.MILLISECONDS);
			counter.increment();
			rate.set(next);
			version.incrementAndGet();
			registry.flush(Duration.ofSeconds(1));
			this.transport.clear();
		}
		for (int i = 0; i < 100; i++) {
			timer.record(1, TimeUnit.MILLISECONDS);
			counter.increment();
		}
		assertThat(timer.count()).isEqualTo(103);
		assertThat(counter.count()).isEqualTo(103);
		registry.close();
		assertThat(lines("times")).hasSize(100).allMatch("times:1|ms"::equals);
		assertThat(sum("counts")).isEqualTo(100);
	}

	@Test
	void writesNothingOfWhatIsOff() {
		MeterSampling off = new MeterSampling((candidate) -> 0, Trace.Source.NONE, () -> 0);
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG, LONG, 1000, off);
		registry.timer("times").record(1, TimeUnit.MILLISECONDS);
		registry.counter("counts").increment();
		registry.close();
		assertThat(this.transport.lines()).isEmpty();
		assertThat(this.ledger.balances().get("statsd").offered()).isZero();
	}

	@Test
	void endsUnderLoad() throws Exception {
		for (int round = 0; round < 20; round++) {
			this.transport.clear();
			Channel account = new Accounts().channel("statsd");
			StatsdRegistry registry = new StatsdRegistry(config(StatsdFlavor.DATADOG), Clock.SYSTEM,
					HierarchicalNameMapper.DEFAULT, options(Duration.ofMillis(1), 1000, round % 2 == 0), KEEPS_ALL,
					account, this.transport);
			registry.start();
			Timer timer = registry.timer("times");
			Counter counter = registry.counter("counts");
			AtomicBoolean going = new AtomicBoolean(true);
			Thread[] threads = new Thread[4];
			for (int i = 0; i < threads.length; i++) {
				threads[i] = new Thread(() -> {
					while (going.get()) {
						timer.record(1, TimeUnit.MILLISECONDS);
						counter.increment();
					}
				});
				threads[i].start();
			}
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !this.transport.packets().isEmpty());
			registry.close();
			long delivered = account.balance().delivered();
			going.set(false);
			for (Thread thread : threads) {
				thread.join();
			}
			Ledger.Balance balance = account.balance();
			assertThat(balance.held()).isZero();
			assertThat(balance.offered()).isEqualTo(balance.delivered() + balance.droppedTotal());
			assertThat(this.transport.lines()
				.stream()
				.mapToLong((line) -> line.chars().filter((c) -> c == ':').count() - (line.contains("|#") ? 1 : 0))
				.sum()).isEqualTo(delivered);
		}
	}

	@Test
	void staysOpenUntilItIsStopped() {
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG).openUntilStopped();
		registry.counter("orders").increment();
		registry.close();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.transport.lines().stream().anyMatch((line) -> line.startsWith("orders:1|c")));
		registry.counter("orders").increment(2);
		registry.stop(Duration.ofSeconds(30));
		assertThat(this.transport.lines()).anyMatch((line) -> line.startsWith("orders:2|c"));
		assertThat(registry.isClosed()).isTrue();
	}

	@Test
	void startsNothingByItself() {
		new StatsdRegistry(config(StatsdFlavor.ETSY), Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
				options(Duration.ofMillis(1), 1000, false), KEEPS_ALL, this.ledger.channel("statsd"), this.transport);
		assertThat(threads()).isEmpty();
	}

	@Test
	void holdsWhatIsRecordedWhileItIsSuspended() {
		StatsdRegistry registry = registry(StatsdFlavor.ETSY, Duration.ofMillis(1), 1000);
		registry.start();
		assertThat(threads()).hasSize(1);
		registry.suspend(Duration.ofSeconds(30));
		registry.suspend(Duration.ofSeconds(30));
		assertThat(threads()).isEmpty();
		this.transport.clear();
		registry.counter("orders").increment(2);
		registry.timer("times").record(1, TimeUnit.MILLISECONDS);
		assertThat(this.transport.lines()).isEmpty();
		registry.resume();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.transport.lines().size() == 2);
		registry.stop(Duration.ofSeconds(30));
		registry.stop(Duration.ofSeconds(30));
		registry.start();
		assertThat(threads()).isEmpty();
		assertThat(sum("orders")).isEqualTo(2);
		assertThat(count("times")).isOne();
		assertThatNothingIsLost();
	}

	private List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.others.contains(thread) && thread.getName().equals("cairn-statsd"))
			.toList();
	}

	@Test
	void decidesForAllOfATraceAlike() {
		AtomicReference<Trace> current = new AtomicReference<>();
		MeterSampling half = new MeterSampling((candidate) -> 0.5, current::get, () -> 0);
		StatsdRegistry registry = registry(StatsdFlavor.DATADOG, LONG, 100_000, half);
		current.set(new Trace("000000000000000000ffffffffffffff", "1", true));
		registry.timer("late.times").record(1, TimeUnit.MILLISECONDS);
		current.set(new Trace("00000000000000000000000000000001", "1", true));
		registry.timer("early.times").record(1, TimeUnit.MILLISECONDS);
		registry.close();
		assertThat(this.transport.lines()).containsExactly("early.times:1|ms|@0.5");
	}

	private StatsdRegistry registry(StatsdFlavor flavor) {
		return registry(flavor, LONG, 1000);
	}

	private StatsdRegistry registry(StatsdFlavor flavor, Duration interval, int samples) {
		return registry(flavor, interval, samples, KEEPS_ALL);
	}

	private StatsdRegistry registry(StatsdFlavor flavor, Duration interval, int samples, MeterSampling sampling) {
		StatsdRegistry registry = new StatsdRegistry(config(flavor), Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
				options(interval, samples, false), sampling, this.ledger.channel("statsd"), this.transport);
		registry.start();
		return registry;
	}

	private static StatsdRegistry.Options options(Duration interval, int samples, boolean packed) {
		return new StatsdRegistry.Options(interval, samples, packed, Duration.ofSeconds(30));
	}

	private static StatsdConfig config(StatsdFlavor flavor) {
		return new StatsdConfig() {

			@Override
			public @Nullable String get(String key) {
				return null;
			}

			@Override
			public StatsdFlavor flavor() {
				return flavor;
			}

			@Override
			public Duration pollingFrequency() {
				return LONG;
			}

		};
	}

}

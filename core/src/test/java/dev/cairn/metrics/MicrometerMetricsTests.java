package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnMetrics.Timing;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.testing.LogCapture;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class MicrometerMetricsTests {

	/** Has no rates, as other registries. */
	private final SimpleMeterRegistry foreign = new SimpleMeterRegistry();

	private final StatisticsRegistry own = new StatisticsRegistry(Clock.SYSTEM, Double.POSITIVE_INFINITY,
			() -> TimeUnit.SECONDS);

	private final CompositeMeterRegistry registry = new CompositeMeterRegistry(Clock.SYSTEM,
			List.of(this.foreign, this.own));

	private final LogCapture lines = new LogCapture("dev.cairn.metrics");

	private final CairnMetrics metrics = metrics(Sampler.AS_CALLED);

	@AfterEach
	void close() {
		this.lines.close();
		this.own.close();
	}

	@Test
	void acceptsAFilterThatRecordsSomethingItself() {
		this.registry.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				MicrometerMetricsTests.this.metrics.incr("mapped");
				MicrometerMetricsTests.this.metrics.set("last", 1, "name", id.getName());
				return id;
			}

		});
		this.metrics.incr("orders");
		this.metrics.incr("mapped");
		this.metrics.incr("orders", "country", "de");
		assertThat(this.registry.get("orders").counters()).hasSize(2);
		assertThat(this.registry.get("mapped").counter().count()).isEqualTo(2);
		assertThat(this.lines.warnings()).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void refusesNamesAndTagsWithoutEnd() {
		this.metrics.incr("n".repeat(1_000_000));
		this.metrics.incr("many", Stream.generate(() -> "t").limit(200).toArray(String[]::new));
		this.metrics.incr("long", "tag", "v".repeat(1_000_000));
		assertThat(this.registry.getMeters()).singleElement()
			.satisfies((meter) -> assertThat(meter.getId().getTag("tag")).hasSize(200));
		assertThat(this.lines.warnings()).hasSize(2).allSatisfy((line) -> assertThat(line).hasSizeLessThan(1000));
	}

	@Test
	void recordsADurationThatWasMeasuredElsewhere() {
		this.metrics.record("checkout", Duration.ofMillis(20), "country", "de");
		this.metrics.record("checkout", Duration.ofMillis(-1), "country", "de");
		assertThat(this.foreign.get("checkout").tag("country", "de").timer().count()).isEqualTo(1);
		assertThat(this.foreign.get("checkout").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
	}

	@Test
	void isSeenByEveryRegistry() throws Exception {
		this.metrics.incr("orders.paid");
		this.metrics.incr("orders.paid", 2.5);
		this.metrics.incr("orders.paid", "country", "de");
		this.metrics.set("depth", 3, "queue", "a");
		this.metrics.set("depth", -4, "queue", "a");
		this.metrics.record("size", 12.5);
		this.metrics.timer("checkout").close();
		assertThat(this.metrics.time("checkout", () -> "done")).isEqualTo("done");
		for (MeterRegistry each : List.of(this.foreign, this.own)) {
			assertThat(each.get("orders.paid").tags(List.of()).counters().stream().mapToDouble((c) -> c.count()).sum())
				.isEqualTo(4.5);
			assertThat(each.get("orders.paid").tag("country", "de").counter().count()).isEqualTo(1);
			assertThat(each.get("depth").tag("queue", "a").gauge().value()).isEqualTo(-4);
			assertThat(each.get("size").summary().totalAmount()).isEqualTo(12.5);
			assertThat(each.get("checkout").timer().count()).isEqualTo(2);
		}
	}

	@Test
	void timesNestAndCrossThreads() throws Exception {
		try (Timing outer = this.metrics.timer("work"); Timing inner = this.metrics.timer("work")) {
			Thread other = new Thread(inner::close);
			other.start();
			other.join();
			inner.close();
		}
		Timing forgotten = this.metrics.timer("work");
		forgotten.discard();
		forgotten.close();
		assertThat(this.own.get("work").timer().count()).isEqualTo(2);
	}

	@Test
	void wrapsWorkWithoutSwallowingItsFailure() {
		Callable<String> work = this.metrics.timed("work", () -> {
			throw new IllegalStateException("no");
		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(work::call);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(work::call);
		assertThat(this.own.get("work").timer().count()).isEqualTo(2);
	}

	@Test
	void switchesOffWhatHasTheRateZero() {
		CairnMetrics off = metrics((candidate) -> 0);
		off.timer("work").close();
		off.incr("orders");
		assertThat(off.timer("work")).isSameAs(Timing.NONE);
		assertThat(this.own.getMeters()).isEmpty();
	}

	@Test
	void logsOnceANameThatMeansSomethingElse() {
		this.metrics.incr("orders");
		for (int i = 0; i < 10; i++) {
			this.metrics.record("orders", 3, "country", "de");
			this.metrics.timer("orders").close();
		}
		assertThat(this.lines.warnings()).as("one for each kind").hasSize(2);
		assertThat(this.lines.warnings().get(0)).contains("the summary 'orders' is not recorded",
				"a counter with this name exists");
		assertThat(this.own.get("orders").meters()).hasSize(1);
	}

	@Test
	void logsOnceANameThatAMeterOfTheApplicationHas() {
		this.registry.gauge("depth", 3);
		for (int i = 0; i < 10; i++) {
			this.metrics.incr("depth");
		}
		assertThat(this.lines.warnings()).hasSize(1);
		assertThat(this.lines.warnings().get(0)).contains("the counter 'depth' is not recorded");
	}

	@Test
	void namesTheMistakeInACall() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.metrics.incr("orders", "country"))
			.withMessageContaining("[country]");
		assertThatNullPointerException().isThrownBy(() -> this.metrics.incr(null)).withMessageContaining("name");
	}

	@Test
	void makesAMeterAgainThatWasRemoved() {
		this.metrics.incr("orders");
		new ArrayList<>(this.registry.getMeters()).forEach(this.registry::remove);
		this.metrics.incr("orders");
		assertThat(this.own.get("orders").counter().count()).isEqualTo(1);
	}

	@Test
	void doesNotThrowWhenAMeterComesBackAsAnother() {
		this.metrics.incr("orders");
		Timing timing = this.metrics.timer("work");
		new ArrayList<>(this.registry.getMeters()).forEach(this.registry::remove);
		this.registry.gauge("orders", 1);
		this.registry.gauge("work", 1);
		for (int i = 0; i < 10; i++) {
			this.metrics.incr("orders");
		}
		timing.close();
		assertThat(this.lines.warnings()).hasSize(2);
	}

	@Test
	void logsThatAGaugeShowsSomethingElse() {
		this.registry.gauge("depth", 3);
		this.metrics.set("depth", 5);
		this.metrics.set("depth", 6);
		assertThat(this.own.get("depth").gauge().value()).isEqualTo(3);
		assertThat(this.lines.warnings()).hasSize(1);
		assertThat(this.lines.warnings().get(0)).contains("another gauge with this name exists");
	}

	@Test
	void makesAGaugeAgainThatWasRemoved() {
		this.metrics.set("depth", 5);
		new ArrayList<>(this.registry.getMeters()).forEach(this.registry::remove);
		this.metrics.set("depth", 6);
		this.metrics.set("other", 1);
		assertThat(this.own.get("depth").gauge().value()).isEqualTo(6);
		assertThat(this.lines.warnings()).isEmpty();
	}

	@Test
	void aNameIsFreeOnceItsMetersWereRemoved() {
		for (int i = 0; i < 1000; i++) {
			this.metrics.incr("name" + i);
			this.registry.clear();
		}
		for (int i = 0; i < 100; i++) {
			this.metrics.record("name" + i, 1);
			assertThat(this.own.get("name" + i).summary().count()).isOne();
		}
		assertThat(this.lines.warnings()).isEmpty();
	}

	@Test
	void aGaugeThatAFilterDeniesIsNoOther() {
		this.registry.config().meterFilter(MeterFilter.denyNameStartsWith("off"));
		this.metrics.set("off.depth", 1);
		this.metrics.set("off.depth", 2);
		this.metrics.set("depth", 3);
		assertThat(this.own.getMeters()).hasSize(1);
		assertThat(this.lines.warnings()).isEmpty();
	}

	@Test
	void ignoresWhatIsNoAmount() {
		for (double odd : new double[] { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1 }) {
			this.metrics.incr("orders", odd);
			this.metrics.record("size", odd);
		}
		this.metrics.incr("orders");
		this.metrics.record("size", -0.0);
		this.metrics.record("size", 2);
		for (MeterRegistry each : List.of(this.foreign, this.own)) {
			assertThat(each.get("orders").counter().count()).isEqualTo(1);
			assertThat(each.get("size").summary().totalAmount()).isEqualTo(2);
		}
		assertThat(window("size").distribution().max()).isLessThan(2.1);
	}

	@Test
	void recordsFromManyThreads() throws Exception {
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 8; t++) {
			Thread thread = VirtualThreads.unstarted(() -> {
				for (int i = 0; i < 10_000; i++) {
					this.metrics.incr("orders", "country", "c" + i % 5);
					this.metrics.timer("work").close();
				}
			});
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(this.own.get("orders").counters().stream().mapToDouble((c) -> c.count()).sum()).isEqualTo(80_000);
		assertThat(this.own.get("work").timer().count()).isEqualTo(80_000);
		assertThat(this.own.get("work").timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
	}

	@Test
	void countsInFullWhatASamplerWouldThin() {
		CairnMetrics half = metrics((candidate) -> 0.5);
		for (int i = 0; i < 100; i++) {
			half.incr("orders");
			half.record("size", 1);
			half.timer("work").close();
		}
		for (MeterRegistry each : List.of(this.foreign, this.own)) {
			assertThat(each.get("orders").counter().count()).isEqualTo(100);
			assertThat(each.get("size").summary().count()).isEqualTo(100);
			assertThat(each.get("work").timer().count()).isEqualTo(100);
		}
		assertThat(this.lines.warnings()).hasSize(1);
		assertThat(this.lines.warnings().get(0)).contains("the rate 0.5 of the counter 'orders'", "counters are exact");
	}

	@Test
	void followsRatesThatChange() {
		AtomicReference<Double> rate = new AtomicReference<>(0.0);
		AtomicLong version = new AtomicLong();
		MeterHandles handles = new MeterHandles(this.registry,
				new MeterSampling((candidate) -> rate.get(), Trace.Source.NONE, version::get));
		CairnMetrics changing = MeterHandles.metrics(() -> handles, (id) -> id, ApplicationFrames.DEFAULT);
		for (double next : new double[] { 1, 0, 1 }) {
			changing.incr("orders");
			changing.timer("work").close();
			rate.set(next);
			version.incrementAndGet();
		}
		changing.incr("orders");
		assertThat(this.own.get("orders").counter().count()).isEqualTo(2);
		assertThat(this.own.get("work").timer().count()).isEqualTo(1);
	}

	private StatisticsRegistry.Window window(String name) {
		return this.own.window(this.own.get(name).meter().getId(), Duration.ofMinutes(1));
	}

	private CairnMetrics metrics(Sampler sampler) {
		MeterHandles handles = new MeterHandles(this.registry, new MeterSampling(sampler, Trace.Source.NONE, () -> 0));
		return MeterHandles.metrics(() -> handles, (id) -> id, ApplicationFrames.DEFAULT);
	}

}

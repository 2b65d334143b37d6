package dev.cairn.spring.metrics;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.testing.LogCapture;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CardinalityGuard}.
 */
class CardinalityGuardTests {

	private final LogCapture lines = new LogCapture(CardinalityGuard.class.getName());

	@AfterEach
	void close() {
		this.lines.close();
	}

	@Test
	void foldsTooManyValuesOfATag() {
		CardinalityGuard guard = new CardinalityGuard(10, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		guard.follow(registry);
		MeterHandles handles = new MeterHandles(registry, MeterSampling.keepAll());
		CairnMetrics metrics = MeterHandles.metrics(() -> handles, guard::map, ApplicationFrames.DEFAULT);
		for (int i = 0; i < 100_000; i++) {
			metrics.incr("visits", "user", "u" + i);
		}
		assertThat(registry.get("visits").meters()).hasSize(11);
		assertThat(registry.get("visits").tag("user", "other").counter().count()).isEqualTo(99_990);
		assertThat(this.lines.warnings()).hasSize(1);
		assertThat(this.lines.warnings().get(0)).contains("'user'", "'visits'", "more than 10 values");
	}

	@Test
	void guardsMetersThatOthersMake() {
		CardinalityGuard guard = new CardinalityGuard(3, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry guarded = new SimpleMeterRegistry();
		guarded.config().meterFilter(guard);
		guard.follow(guarded);
		for (int i = 0; i < 10; i++) {
			guarded.counter("visits", "user", "u" + i).increment();
			guarded.gauge("depth", Tags.of("queue", "q" + i), i);
		}
		assertThat(guarded.get("visits").tag("user", "other").counter().count()).isEqualTo(7);
		assertThat(guarded.get("depth").gauges()).hasSize(3);
		assertThat(guard.folded()).containsEntry("visits/user", 7L).containsEntry("depth/queue", 7L);
		assertThat(guarded.getMeters()).extracting(Meter::getId).hasSize(7);
	}

	@Test
	void boundsTheCombinationsOfAMeter() {
		CardinalityGuard guard = new CardinalityGuard(500, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = guarded(guard);
		CairnMetrics metrics = metrics(registry, guard);
		for (int a = 0; a < 700; a++) {
			for (int b = 0; b < 70; b++) {
				metrics.incr("m", 1, "a", "a" + a, "b", "b" + b);
				registry.timer("own", "a", "a" + a, "b", "b" + b, "c", "constant");
			}
		}
		assertThat(registry.get("m").meters()).hasSizeLessThanOrEqualTo(101);
		assertThat(registry.get("own").meters()).hasSizeLessThanOrEqualTo(101);
		assertThat(registry.get("m").tag("a", "other").tag("b", "other").counter().count()).isEqualTo(700 * 70 - 100);
		assertThat(this.lines.warnings()).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("combinations", "max-series"));
	}

	@Test
	void boundsTheKeysOfTags() {
		CardinalityGuard guard = new CardinalityGuard(500, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = guarded(guard);
		CairnMetrics metrics = metrics(registry, guard);
		for (int i = 0; i < 5000; i++) {
			metrics.incr("m", 1, "key" + i, "value");
			registry.timer("own", "key" + i, "value");
			registry.gauge("gauge", Tags.of("key" + i, "value"), 1);
		}
		assertThat(registry.get("m").meters()).hasSizeBetween(100, 110);
		assertThat(registry.get("own").meters()).hasSizeBetween(100, 110);
		assertThat(registry.get("gauge").meters()).hasSize(100);
		assertThat(guard.folded()).hasSizeLessThan(400);
		assertThat(this.lines.warnings()).anySatisfy(
				(line) -> assertThat(line).contains("not recorded", "keys of tags", "cairn.metrics.max-series"));
	}

	@Test
	void boundsTheNamesOfMeters() {
		CardinalityGuard guard = new CardinalityGuard(500, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = guarded(guard);
		CairnMetrics metrics = metrics(registry, guard);
		registry.counter("first", "a", "1").increment();
		for (int i = 0; i < 5000; i++) {
			metrics.incr("name" + i, 1);
			metrics.set("gauge" + i, i);
			registry.counter("own" + i).increment();
			registry.counter("first", "a", "x" + i).increment();
		}
		assertThat(registry.getMeters()).hasSizeLessThanOrEqualTo(1001);
		assertThat(registry.get("first").tag("a", "1").counter().count()).isEqualTo(1);
		assertThat(this.lines.warnings()).anySatisfy((line) -> assertThat(line).contains("more than 1000 meters"));
	}

	@Test
	void keepsAValueWhileAMeterOfARegistryHasIt() {
		CardinalityGuard guard = new CardinalityGuard(2, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry first = guarded(guard);
		SimpleMeterRegistry second = guarded(guard);
		for (SimpleMeterRegistry registry : List.of(first, second)) {
			registry.counter("m", "a", "1", "b", "1");
			registry.counter("m", "a", "1", "b", "2");
			registry.counter("m", "a", "2", "b", "1");
		}
		first.clear();
		second.remove(second.counter("m", "a", "1", "b", "1"));
		assertThat(first.counter("m", "a", "3", "b", "1").getId().getTag("a")).isEqualTo("other");
		second.remove(second.counter("m", "a", "1", "b", "2"));
		assertThat(first.counter("m", "a", "3", "b", "2").getId().getTag("a")).isEqualTo("3");
	}

	@Test
	void takesNoRoomForMetersThatAreDenied() {
		CardinalityGuard guard = new CardinalityGuard(10, 100, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		registry.config().meterFilter(MeterFilter.denyNameStartsWith("off")).meterFilter(guard);
		guard.follow(registry);
		for (int i = 0; i < 1000; i++) {
			registry.counter("off" + i);
			registry.counter("off", "a", "x" + i);
		}
		registry.counter("on", "a", "1");
		assertThat(registry.getMeters()).hasSize(1);
		assertThat(this.lines.warnings()).isEmpty();
	}

	@Test
	void releasesTheHandlesOfMetersThatWereRemoved() {
		CardinalityGuard guard = new CardinalityGuard(1000, 10_000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = guarded(guard);
		CairnMetrics metrics = metrics(registry, guard);
		List<WeakReference<Meter>> removed = new ArrayList<>();
		for (int round = 0; round < 20; round++) {
			for (int i = 0; i < 400; i++) {
				String value = round + "-" + i;
				metrics.incr("m", 1, "a", value);
				metrics.set("g", i, "a", value);
				metrics.timer("t", "a", value).close();
			}
			registry.getMeters().forEach((meter) -> {
				removed.add(new WeakReference<>(meter));
				registry.remove(meter);
			});
		}
		metrics.set("g", 1, "a", "last");
		assertThat(registry.get("g").tag("a", "last").gauge().value()).isEqualTo(1);
		Awaitility.await().until(() -> {
			System.gc();
			return removed.stream().filter((meter) -> meter.get() != null).count() < 3 * 1000;
		});
	}

	@Test
	void releasesTheStateOfMetersThatWereRemoved() {
		CardinalityGuard guard = new CardinalityGuard(2, 1000, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = guarded(guard);
		for (int i = 0; i < 1000; i++) {
			for (int j = 0; j < 10; j++) {
				registry.counter("m" + i, "key" + j, "x" + i, "value", "v" + j);
			}
			registry.clear();
		}
		assertThat(guard.folded()).isEmpty();
		assertThat(registry.counter("m", "key", "a").getId().getTag("key")).isEqualTo("a");
	}

	private static CairnMetrics metrics(SimpleMeterRegistry registry, CardinalityGuard guard) {
		MeterHandles handles = new MeterHandles(registry, MeterSampling.keepAll());
		return MeterHandles.metrics(() -> handles, guard::bound, ApplicationFrames.DEFAULT);
	}

	private static SimpleMeterRegistry guarded(CardinalityGuard guard) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		registry.config().meterFilter(guard);
		guard.follow(registry);
		return registry;
	}

}

package dev.cairn.metrics;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@ExtendWith(AwaitThreads.class)
class StatisticsRegistryTests {

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final MockClock clock = new MockClock();

	private final SlowCalls slowCalls = new SlowCalls(5, Duration.ofMillis(1), 60_000);

	private final StatisticsRegistry registry = new StatisticsRegistry(this.clock, this.slowCalls,
			() -> TimeUnit.SECONDS);

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void looksBackOneFiveAndFifteenMinutes() {
		Timer timer = this.registry.timer("work");
		for (int minute = 1; minute <= 20; minute++) {
			timer.record(minute, TimeUnit.MILLISECONDS);
			pass(6);
		}
		assertThat(last(MINUTE).distribution().count()).isBetween(1L, 2L);
		assertThat(last(Duration.ofMinutes(5)).distribution().count()).isBetween(5L, 6L);
		assertThat(last(Duration.ofMinutes(15)).distribution().count()).isBetween(15L, 16L);
		assertThat(last(Duration.ofMinutes(15)).distribution().max()).isCloseTo(20e6, within(20e4));
		assertThat(last(Duration.ofMinutes(15)).distribution().min()).isBetween(4.9e6, 6.1e6);
		assertThat(timer.count()).isEqualTo(20);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(210);
		assertThat(timer.max(TimeUnit.MILLISECONDS)).isEqualTo(20);
	}

	@Test
	void hasTheMaximumAlsoAfterALargerOneLongAgo() {
		Timer timer = this.registry.timer("work");
		timer.record(1, TimeUnit.SECONDS);
		for (int minute = 1; minute <= 10; minute++) {
			pass(6);
			timer.record(200, TimeUnit.MILLISECONDS);
		}
		assertThat(timer.max(TimeUnit.MILLISECONDS)).isEqualTo(200);
	}

	@Test
	void forgetsNothingThatHasNotTurnedYet() {
		this.registry.timer("work").record(5, TimeUnit.MILLISECONDS);
		assertThat(last(MINUTE).distribution().count()).isEqualTo(1);
		assertThat(last(MINUTE).distribution().sum()).isEqualTo(5e6);
	}

	@Test
	void hasTheRatesOfACounter() {
		Counter counter = this.registry.counter("orders");
		for (int i = 0; i < 6 * 15; i++) {
			counter.increment((i < 6 * 10) ? 10 : 20.5);
			pass(1);
		}
		assertThat(last(MINUTE).rate()).isCloseTo(2.05, within(0.01));
		assertThat(last(Duration.ofMinutes(5)).rate()).isCloseTo(2.05, within(0.3));
		assertThat(last(Duration.ofMinutes(15)).rate()).isCloseTo((600 + 615) / 900.0, within(0.05));
		assertThat(last(MINUTE).distribution()).isNull();
		assertThat(counter.count()).isEqualTo(600 + 615);
	}

	@Test
	void doesNotMindAClockThatJumps() {
		Timer timer = this.registry.timer("work");
		timer.record(1, TimeUnit.MILLISECONDS);
		pass(1);
		this.clock.add(Duration.ofDays(3));
		timer.record(2, TimeUnit.MILLISECONDS);
		this.registry.rotate();
		assertThat(last(MINUTE).distribution().count()).isEqualTo(1);
		assertThat(last(MINUTE).rate()).isLessThan(1);
		assertThat(timer.count()).isEqualTo(2);
	}

	@Test
	void boundsItsMemoryByTheRangeOfTheValues() {
		Timer timer = this.registry.timer("work");
		for (int i = 0; i < 1_000_000; i++) {
			timer.record(1000 + i % 1000, TimeUnit.NANOSECONDS);
		}
		assertThat(last(MINUTE).distribution().counts().size()).isLessThanOrEqualTo(2 * BucketCounts.PER_OCTAVE);
	}

	@Test
	void hasAThreadOnlyWhileItIsStarted() {
		assertThat(threads()).isZero();
		this.registry.start();
		this.registry.start();
		assertThat(threads()).isOne();
		this.registry.suspend(Duration.ofSeconds(30));
		assertThat(threads()).isZero();
		this.registry.resume();
		assertThat(threads()).isOne();
		this.registry.stop(Duration.ofSeconds(30));
		this.registry.start();
		assertThat(threads()).isZero();
	}

	private long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.others.contains(thread) && thread.getName().equals("cairn-metrics"))
			.count();
	}

	@Test
	void forgetsMetersThatAreRemoved() {
		this.registry.remove(this.registry.counter("orders"));
		assertThat(this.registry.windowedMeters()).isEmpty();
	}

	@Test
	void logsACallThatIsFarSlowerThanUsual() {
		try (LogCapture lines = new LogCapture("dev.cairn.slow")) {
			Timer timer = this.registry.timer("work", "country", "de");
			for (int i = 0; i < 200; i++) {
				timer.record(10, TimeUnit.MILLISECONDS);
			}
			timer.record(900, TimeUnit.MILLISECONDS);
			pass(6);
			assertThat(lines.events()).as("nothing was usual yet").isEmpty();
			timer.record(40, TimeUnit.MILLISECONDS);
			MDC.put("traceId", "abc");
			timer.record(900, TimeUnit.MILLISECONDS);
			MDC.clear();
			this.registry.close();
			assertThat(lines.events()).hasSize(1);
			ILoggingEvent line = lines.events().get(0);
			assertThat(line.getLevel()).isEqualTo(Level.WARN);
			assertThat(line.getFormattedMessage()).startsWith("Cairn: work took 900 ms, 9");
			assertThat(line.getMDCPropertyMap()).containsEntry("traceId", "abc");
			assertThat(line.getKeyValuePairs().toString()).contains("meter=\"work\"", "duration_ms=\"900.0\"",
					"tag_country=\"de\"");
		}
	}

	@Test
	void logsSlowCallsAtABoundedRate() {
		SlowCalls few = new SlowCalls(2, Duration.ZERO, 1);
		StatisticsRegistry bounded = new StatisticsRegistry(this.clock, few, () -> TimeUnit.SECONDS);
		try (LogCapture lines = new LogCapture("dev.cairn.slow")) {
			Timer timer = bounded.timer("work");
			for (int i = 0; i < 200; i++) {
				timer.record(1, TimeUnit.MILLISECONDS);
			}
			for (int i = 0; i < 6; i++) {
				this.clock.add(Duration.ofSeconds(10));
				bounded.rotate();
			}
			for (int i = 0; i < 50; i++) {
				timer.record(1, TimeUnit.SECONDS);
			}
			bounded.close();
			assertThat(lines.events()).hasSize(1);
		}
	}

	/** Let so many stretches of ten seconds pass. */
	private void pass(int stretches) {
		for (int i = 0; i < stretches; i++) {
			this.clock.add(Duration.ofSeconds(10));
			this.registry.rotate();
		}
	}

	private StatisticsRegistry.Window last(Duration window) {
		return this.registry.window(this.registry.windowedMeters().get(0), window);
	}

}

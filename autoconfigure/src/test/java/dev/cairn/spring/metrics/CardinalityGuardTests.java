package dev.cairn.spring.metrics;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CardinalityGuard}.
 */
class CardinalityGuardTests {

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.lines.start();
		Logger logger = (Logger) LoggerFactory.getLogger(CardinalityGuard.class);
		logger.setLevel(Level.WARN);
		logger.addAppender(this.lines);
	}

	@AfterEach
	void close() {
		Logger logger = (Logger) LoggerFactory.getLogger(CardinalityGuard.class);
		logger.setLevel(null);
		logger.detachAppender(this.lines);
	}

	@Test
	void foldsTooManyValuesOfATag() {
		CardinalityGuard guard = new CardinalityGuard(10, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		MeterHandles handles = new MeterHandles(registry, MeterSampling.keepAll());
		CairnMetrics metrics = MeterHandles.metrics(() -> handles, guard::map, ApplicationFrames.DEFAULT);
		for (int i = 0; i < 100_000; i++) {
			metrics.incr("visits", "user", "u" + i);
		}
		assertThat(registry.get("visits").meters()).hasSize(11);
		assertThat(registry.get("visits").tag("user", "other").counter().count()).isEqualTo(99_990);
		assertThat(this.lines.list).hasSize(1);
		assertThat(this.lines.list.get(0).getFormattedMessage()).contains("'user'", "'visits'", "more than 10 values");
	}

	@Test
	void guardsMetersThatOthersMake() {
		CardinalityGuard guard = new CardinalityGuard(3, ApplicationFrames.DEFAULT, List::of);
		SimpleMeterRegistry guarded = new SimpleMeterRegistry();
		guarded.config().meterFilter(guard);
		for (int i = 0; i < 10; i++) {
			guarded.counter("visits", "user", "u" + i).increment();
			guarded.gauge("depth", Tags.of("queue", "q" + i), i);
		}
		assertThat(guarded.get("visits").tag("user", "other").counter().count()).isEqualTo(7);
		assertThat(guarded.get("depth").gauges()).hasSize(3);
		assertThat(guard.folded()).containsEntry("visits/user", 7L).containsEntry("depth/queue", 7L);
		assertThat(guarded.getMeters()).extracting(Meter::getId).hasSize(7);
	}

}

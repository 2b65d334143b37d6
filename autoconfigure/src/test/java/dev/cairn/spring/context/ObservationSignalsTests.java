package dev.cairn.spring.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ObservationSignals}.
 */
class ObservationSignalsTests {

	private final List<String> ended = new ArrayList<>();

	@Test
	void reportsTheEndOfAnObservation() {
		ObservationRegistry registry = registry(Signals.NONE.and(new Recorder()));
		Observation.createNotStarted("stock.count", registry).observe(() -> {
		});
		Observation failing = Observation.start("stock.fill", registry);
		failing.error(new IllegalStateException("empty"));
		failing.stop();
		assertThat(this.ended).containsExactly("stock.count null", "stock.fill empty");
	}

	@Test
	void supportsNoObservationWithoutAListener() {
		assertThat(new ObservationSignals(Signals.NONE).supportsContext(new Observation.Context())).isFalse();
	}

	private static ObservationRegistry registry(Signals signals) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationSignals(signals));
		return registry;
	}

	private final class Recorder implements SignalListener {

		@Override
		public void observationEnded(String name, Duration duration, Throwable error, UnitOfWork unit) {
			assertThat(duration).isPositive();
			ObservationSignalsTests.this.ended.add(name + " " + ((error != null) ? error.getMessage() : null));
		}

	}

}

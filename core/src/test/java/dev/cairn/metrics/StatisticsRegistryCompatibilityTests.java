package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.tck.MeterRegistryCompatibilityKit;

/**
 * Runs Micrometer's compatibility kit against {@link StatisticsRegistry}.
 */
class StatisticsRegistryCompatibilityTests extends MeterRegistryCompatibilityKit {

	@Override
	public MeterRegistry registry() {
		return new StatisticsRegistry(new MockClock(), Double.POSITIVE_INFINITY, () -> TimeUnit.SECONDS);
	}

	@Override
	public Duration step() {
		return Duration.ofMinutes(1);
	}

}

package dev.cairn.statsd;

import java.time.Duration;

import dev.cairn.delivery.Accounts;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.testing.RecordingTransport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.core.tck.MeterRegistryCompatibilityKit;
import io.micrometer.statsd.StatsdConfig;

/**
 * Runs Micrometer's compatibility kit against {@link StatsdRegistry}.
 */
class StatsdRegistryCompatibilityTests extends MeterRegistryCompatibilityKit {

	/** Flushes when the registry closes only, so that no test depends on the time. */
	private static final StatsdRegistry.Options OPTIONS = new StatsdRegistry.Options(Duration.ofHours(1),
			StatsdRegistry.Options.SAMPLES, false, Duration.ZERO);

	@Override
	public MeterRegistry registry() {
		return new StatsdRegistry(StatsdConfig.DEFAULT, new MockClock(), HierarchicalNameMapper.DEFAULT, OPTIONS,
				MeterSampling.keepAll(), new Accounts().channel("statsd"), new RecordingTransport());
	}

	@Override
	public Duration step() {
		return StatsdConfig.DEFAULT.step();
	}

}

package dev.cairn.sample.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

import dev.cairn.delivery.Channel;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import org.jspecify.annotations.Nullable;

/**
 * Registries as the starter would make them, and threads that record.
 */
final class Meters {

	static final int THREADS = 8;

	/** Times that each of the threads records, a million in all. */
	static final int TIMES = 125_000;

	private Meters() {
	}

	static StatsdRegistry registry(StatsdFlavor flavor, boolean packed, Duration flushInterval, Duration polling,
			Channel account, Transport transport) {
		StatsdRegistry.Options options = new StatsdRegistry.Options(flushInterval, 1 << 20, packed,
				Duration.ofSeconds(30));
		StatsdRegistry registry = new StatsdRegistry(config(flavor, polling), Clock.SYSTEM,
				HierarchicalNameMapper.DEFAULT, options, MeterSampling.keepAll(), account, transport);
		registry.start();
		return registry;
	}

	private static StatsdConfig config(StatsdFlavor flavor, Duration polling) {
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
				return polling;
			}

		};
	}

	/**
	 * Do something a million times, in several threads at once.
	 * @param task receives how often its thread has run it before
	 */
	static void aMillionTimes(IntConsumer task) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> ends = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				ends.add(threads.submit(() -> {
					for (int i = 0; i < TIMES; i++) {
						task.accept(i);
					}
				}));
			}
			for (Future<?> end : ends) {
				end.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}

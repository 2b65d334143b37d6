package dev.cairn.spring.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;

/**
 * Limits a registry whose meters other filters change afterwards.
 */
record BoundingFilter(Supplier<@Nullable CardinalityGuard> guard) implements MeterFilter {

	/** Those of all contexts of the process, which share Micrometer's global registry. */
	private static final List<CardinalityGuard> globalGuards = new CopyOnWriteArrayList<>();

	private static boolean globalAdded;

	/** Limits the global registry, which keeps its filters, by the newest guard. */
	static synchronized void addGlobal(CardinalityGuard guard) {
		// Micrometer warns about a filter that comes later than a meter
		if (!globalAdded && Metrics.globalRegistry.getMeters().isEmpty()) {
			globalAdded = true;
			Metrics.globalRegistry.config()
				.meterFilter(new BoundingFilter(BoundingFilter::newestGlobal))
				.onMeterAdded((meter) -> globalGuards.forEach((each) -> each.added(meter)))
				.onMeterRemoved((meter) -> globalGuards.forEach((each) -> each.removed(meter)));
		}
		globalGuards.add(guard);
	}

	static void removeGlobal(CardinalityGuard guard) {
		globalGuards.remove(guard);
	}

	private static @Nullable CardinalityGuard newestGlobal() {
		CardinalityGuard newest = null;
		for (CardinalityGuard guard : globalGuards) {
			newest = guard;
		}
		return newest;
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		CardinalityGuard known = this.guard.get();
		return (known != null) ? known.bound(id) : id;
	}

	@Override
	public MeterFilterReply accept(Meter.Id id) {
		CardinalityGuard known = this.guard.get();
		return (known != null) ? known.accept(id) : MeterFilterReply.NEUTRAL;
	}

}

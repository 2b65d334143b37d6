package dev.cairn.spring.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;

/**
 * The filter of Micrometer's global registry, which all contexts of a process share and
 * which keeps its filters. The guard of the newest context limits the meters.
 */
final class GlobalRegistryFilter implements MeterFilter {

	private static final List<CardinalityGuard> guards = new CopyOnWriteArrayList<>();

	private static boolean added;

	private GlobalRegistryFilter() {
	}

	static synchronized void add(CardinalityGuard guard) {
		// Micrometer warns about a filter that comes later than a meter
		if (!added && Metrics.globalRegistry.getMeters().isEmpty()) {
			added = true;
			Metrics.globalRegistry.config()
				.meterFilter(new GlobalRegistryFilter())
				.onMeterAdded((meter) -> guards.forEach((each) -> each.added(meter)))
				.onMeterRemoved((meter) -> guards.forEach((each) -> each.removed(meter)));
		}
		guards.add(guard);
	}

	static void remove(CardinalityGuard guard) {
		guards.remove(guard);
	}

	private static MeterFilter newest() {
		MeterFilter newest = new MeterFilter() {
		};
		for (CardinalityGuard guard : guards) {
			newest = guard.early();
		}
		return newest;
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		return newest().map(id);
	}

	@Override
	public MeterFilterReply accept(Meter.Id id) {
		return newest().accept(id);
	}

}

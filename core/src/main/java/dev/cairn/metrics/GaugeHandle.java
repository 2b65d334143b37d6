package dev.cairn.metrics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * A gauge that shows the value set last. Thread-safe.
 */
final class GaugeHandle {

	private final MeterRegistry registry;

	private final String name;

	private final Tags tags;

	/** The number of meters that were removed so far. */
	private final AtomicInteger removals;

	/** The value, as {@link Double#doubleToRawLongBits(double)} has it. */
	private final AtomicLong bits = new AtomicLong();

	private volatile int known;

	private @Nullable Gauge own;

	/**
	 * Creates a gauge.
	 * @throws IllegalStateException if there is another gauge with this name and tags
	 */
	GaugeHandle(MeterRegistry registry, String name, Tags tags, AtomicInteger removals) {
		this.registry = registry;
		this.name = name;
		this.tags = tags;
		this.removals = removals;
		register();
	}

	void set(double value) {
		this.bits.set(Double.doubleToRawLongBits(value));
		if (this.known != this.removals.get()) {
			register();
		}
	}

	/** Micrometer would silently return an existing gauge. */
	private synchronized void register() {
		int now = this.removals.get();
		Gauge there = this.registry.find(this.name)
			.tags(this.tags)
			.gauges()
			.stream()
			.filter((gauge) -> Tags.of(gauge.getId().getTags()).equals(this.tags))
			.findFirst()
			.orElse(null);
		if (there != null && there != this.own) {
			throw new IllegalStateException("another gauge with this name shows something else");
		}
		if (there == null) {
			this.own = Gauge.builder(this.name, () -> Double.longBitsToDouble(this.bits.get()))
				.tags(this.tags)
				.register(this.registry);
		}
		this.known = now;
	}

}

package dev.cairn.spring.metrics;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.function.SingletonSupplier;

/**
 * Limits the values of a tag, the combinations of a meter, and those of all meters.
 * Further values are folded into {@code other}. Folded gauges, and meters of further
 * names, are denied. Logs once for each tag or meter. Thread-safe.
 */
final class CardinalityGuard implements MeterFilter, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(CardinalityGuard.class);

	private static final String VALUES = "tags whose values differ for each call, such as ids";

	private static final String MAX_SERIES = "cairn.metrics.max-series";

	private final int maxValues;

	private final int maxSeries;

	private final ApplicationFrames frames;

	private final SingletonSupplier<List<MeterFilter>> filters;

	private final SeriesCounts counts;

	private final WarnOnce warnings = new WarnOnce(logger);

	CardinalityGuard(int maxValues, int maxSeries, ApplicationFrames frames, Supplier<List<MeterFilter>> filters) {
		this.maxValues = maxValues;
		this.maxSeries = maxSeries;
		this.frames = frames;
		this.filters = SingletonSupplier.of(filters);
		this.counts = new SeriesCounts(maxSeries);
	}

	/** Counts the meters of a registry. */
	void follow(MeterRegistry registry) {
		registry.config().onMeterAdded(this::added).onMeterRemoved(this::removed);
	}

	void added(Meter meter) {
		this.counts.add(meter.getId());
	}

	void removed(Meter meter) {
		this.counts.remove(meter.getId());
	}

	/** Limits Micrometer's global registry as well, until this guard is destroyed. */
	void guardGlobalRegistry() {
		BoundingFilter.addGlobal(this);
	}

	@Override
	public void destroy() {
		BoundingFilter.removeGlobal(this);
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		return SeriesCounts.fold(id, excess(id, this.maxValues));
	}

	/**
	 * Limits a meter before the filters of the application apply: Boot filters the
	 * registries in a composite but not the composite itself, which would keep a meter
	 * for every value. The values that the filters make are counted, and the original
	 * tags are folded. Of the original ones, the combinations are limited.
	 */
	Meter.Id bound(Meter.Id id) {
		Meter.Id mapped = id;
		for (MeterFilter filter : this.filters.obtain()) {
			if (filter != this) {
				mapped = filter.map(mapped);
			}
		}
		Meter.Id bounded = SeriesCounts.fold(id, excess(mapped, this.maxValues));
		return mapped.equals(id) ? bounded : SeriesCounts.fold(bounded, excess(bounded, Integer.MAX_VALUE));
	}

	/** Returns the keys of the tags to fold. */
	private Set<String> excess(Meter.Id id, int maxValues) {
		SeriesCounts.Excess excess = this.counts.excess(id, maxValues);
		String meter = id.getName();
		if (excess.combinations()) {
			warn(meter, () -> "the meter '" + meter + "' has too many combinations of tag values; the tags of further "
					+ "ones are replaced with 'other'", VALUES, MAX_SERIES);
		}
		else {
			excess.keys()
				.forEach((key) -> warn(meter + "/" + key,
						() -> "the tag '" + key + "' of the meter '" + meter + "' has more than " + maxValues
								+ " values; further values are replaced with 'other'",
						VALUES, "cairn.metrics.max-tag-values"));
		}
		return excess.keys();
	}

	/**
	 * Denies folded gauges, since one value cannot stand for the others, and meters for
	 * which there is no room.
	 */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		boolean single = id.getType() == Meter.Type.GAUGE || id.getType() == Meter.Type.OTHER;
		if (single && this.counts.isFolded(id)) {
			return MeterFilterReply.DENY;
		}
		if (this.counts.hasRoom(id)) {
			return MeterFilterReply.NEUTRAL;
		}
		warn("", () -> "there are more than " + this.maxSeries + " meters; further ones, such as '" + id.getName()
				+ "', are not recorded", "names and keys of tags that differ for each call", MAX_SERIES);
		return MeterFilterReply.DENY;
	}

	private void warn(String kind, Supplier<String> problem, String cause, String property) {
		this.warnings.warn(kind, () -> "%s. The call site is %s. Avoid %s, or increase %s".formatted(problem.get(),
				this.frames.caller(), cause, property));
	}

	/** Returns how often values were folded, by meter and tag. */
	Map<String, Long> folded() {
		return this.counts.folded();
	}

	/**
	 * Limits a registry whose meters other filters change afterwards.
	 */
	record BoundingFilter(Supplier<@Nullable CardinalityGuard> guard) implements MeterFilter {

		/**
		 * Those of all contexts of the process, which share Micrometer's global registry.
		 */
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

}

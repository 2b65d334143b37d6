package dev.cairn.spring.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.function.SingletonSupplier;

/**
 * Limits the values of a tag, the combinations of values of a meter, and the combinations
 * of all meters. Further values are folded into {@code other} before a meter is created;
 * a gauge, which cannot be added to another one, and a meter of a new name are denied. A
 * combination counts as long as a registry has it. Logs once for each tag or meter, with
 * the place in the application that called. Thread-safe; no foreign code is called under
 * the lock.
 */
final class CardinalityGuard implements MeterFilter, DisposableBean {

	private static final String OTHER = "other";

	private static final Logger logger = LoggerFactory.getLogger(CardinalityGuard.class);

	/** The part of all combinations that one meter may have. */
	private static final int SHARE_OF_A_METER = 10;

	private final int maxValues;

	private final int maxSeries;

	private final ApplicationFrames frames;

	private final SingletonSupplier<List<MeterFilter>> filters;

	/** By the name of the meter. Guarded by itself. */
	private final Map<String, Series> meters = new HashMap<>();

	/** Guarded by the meters. */
	private int size;

	private final WarnOnce warnings = new WarnOnce(logger);

	CardinalityGuard(int maxValues, int maxSeries, ApplicationFrames frames, Supplier<List<MeterFilter>> filters) {
		this.maxValues = maxValues;
		this.maxSeries = maxSeries;
		this.frames = frames;
		this.filters = SingletonSupplier.of(filters);
	}

	/** Counts the meters of a registry. */
	void follow(MeterRegistry registry) {
		registry.config()
			.onMeterAdded((meter) -> added(meter.getId()))
			.onMeterRemoved((meter) -> removed(meter.getId()));
	}

	/** Limits Micrometer's global registry as well, until this guard is destroyed. */
	void guardGlobalRegistry() {
		GlobalFilter.add(this);
	}

	@Override
	public void destroy() {
		GlobalFilter.guards.remove(this);
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		return fold(id, foldedTags(id, this.maxValues));
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
		Meter.Id bounded = fold(id, foldedTags(mapped, this.maxValues));
		return mapped.equals(id) ? bounded : fold(bounded, foldedTags(bounded, Integer.MAX_VALUE));
	}

	/** A filter for registries whose meters other filters change afterwards. */
	MeterFilter early() {
		return new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				return bound(id);
			}

			@Override
			public MeterFilterReply accept(Meter.Id id) {
				return CardinalityGuard.this.accept(id);
			}

		};
	}

	private static Meter.Id fold(Meter.Id id, Set<String> keys) {
		return keys.isEmpty() ? id : id.replaceTags(folded(id, keys));
	}

	private static List<Tag> folded(Meter.Id id, Set<String> keys) {
		return id.getTags()
			.stream()
			.map((tag) -> keys.contains(tag.getKey()) ? Tag.of(tag.getKey(), OTHER) : tag)
			.toList();
	}

	/** Returns the tags of a meter whose values have to be folded. */
	private Set<String> foldedTags(Meter.Id id, int maxValues) {
		List<Tag> tags = id.getTags();
		Set<String> keys = new HashSet<>();
		boolean all = false;
		synchronized (this.meters) {
			Series series = this.meters.get(id.getName());
			if (series == null || series.uses.containsKey(tags)) {
				return keys;
			}
			for (Tag tag : tags) {
				if (!series.isAllowed(tag, maxValues)) {
					keys.add(tag.getKey());
				}
			}
			if (isFull(series) && !series.uses.containsKey(folded(id, keys))) {
				all = true;
				tags.forEach((tag) -> keys.add(tag.getKey()));
			}
			keys.forEach((key) -> series.folded.merge(key, 1L, Long::sum));
		}
		warn(id.getName(), keys, all);
		return keys;
	}

	private boolean isFull(Series series) {
		return this.size >= this.maxSeries || series.uses.size() >= Math.max(1, this.maxSeries / SHARE_OF_A_METER);
	}

	private void warn(String meter, Set<String> keys, boolean all) {
		if (all) {
			this.warnings
				.warn(meter, () -> ("the meter '%s' has too many combinations of tag values; the tags of further "
						+ "ones are replaced with '%s'. The call site is %s. Avoid tags whose values differ for each call, "
						+ "such as ids, or increase cairn.metrics.max-series")
					.formatted(meter, OTHER, this.frames.caller()));
			return;
		}
		for (String key : keys) {
			this.warnings.warn(key(meter, key), () -> ("the tag '%s' of the meter '%s' has more than %s values; "
					+ "further values are replaced with '%s'. The call site is %s. Avoid tags whose values differ for each call, "
					+ "such as ids, or increase cairn.metrics.max-tag-values")
				.formatted(key, meter, this.maxValues, OTHER, this.frames.caller()));
		}
	}

	private static String key(String meter, String tag) {
		return meter + "/" + tag;
	}

	/**
	 * Denies folded gauges, since one value cannot stand for the others, and meters of
	 * new names once there are too many.
	 */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		boolean single = id.getType() == Meter.Type.GAUGE || id.getType() == Meter.Type.OTHER;
		synchronized (this.meters) {
			Series series = this.meters.get(id.getName());
			if (series != null) {
				return (single && series.isFolded(id)) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
			}
			if (this.size < this.maxSeries) {
				return MeterFilterReply.NEUTRAL;
			}
		}
		this.warnings.warn("", () -> ("there are more than %s meters; further ones, such as '%s', are not recorded. "
				+ "The call site is %s. Avoid names of meters that differ for each call, or increase cairn.metrics.max-series")
			.formatted(this.maxSeries, id.getName(), this.frames.caller()));
		return MeterFilterReply.DENY;
	}

	private void added(Meter.Id id) {
		synchronized (this.meters) {
			Series series = this.meters.computeIfAbsent(id.getName(), (absent) -> new Series());
			if (series.uses.merge(id.getTags(), 1, Integer::sum) == 1) {
				this.size++;
				id.getTags().forEach(series::add);
			}
		}
	}

	/** Releases the values of a meter once no registry has it. */
	private void removed(Meter.Id id) {
		synchronized (this.meters) {
			Series series = this.meters.get(id.getName());
			if (series == null || !series.uses.containsKey(id.getTags()) || series.uses.computeIfPresent(id.getTags(),
					(tags, uses) -> (uses > 1) ? uses - 1 : null) != null) {
				return;
			}
			this.size--;
			id.getTags().forEach(series::remove);
			if (series.uses.isEmpty() && series.folded.isEmpty()) {
				this.meters.remove(id.getName());
			}
		}
	}

	/** Returns how often values were folded, by meter and tag. */
	Map<String, Long> folded() {
		Map<String, Long> all = new TreeMap<>();
		synchronized (this.meters) {
			this.meters
				.forEach((meter, series) -> series.folded.forEach((tag, count) -> all.put(key(meter, tag), count)));
		}
		return all;
	}

	/**
	 * The combinations of tag values of a meter.
	 */
	private static final class Series {

		/** The number of registries that have a combination. */
		private final Map<List<Tag>, Integer> uses = new HashMap<>();

		/** The number of combinations that have a value, by tag. */
		private final Map<String, Map<String, Integer>> values = new HashMap<>();

		/** How often values were folded, by tag. */
		private final Map<String, Long> folded = new HashMap<>();

		boolean isAllowed(Tag tag, int maxValues) {
			Map<String, Integer> known = this.values.get(tag.getKey());
			return known == null || known.containsKey(tag.getValue()) || OTHER.equals(tag.getValue())
					|| known.size() - (known.containsKey(OTHER) ? 1 : 0) < maxValues;
		}

		boolean isFolded(Meter.Id id) {
			return id.getTags()
				.stream()
				.anyMatch((tag) -> OTHER.equals(tag.getValue()) && this.folded.containsKey(tag.getKey()));
		}

		void add(Tag tag) {
			this.values.computeIfAbsent(tag.getKey(), (absent) -> new HashMap<>())
				.merge(tag.getValue(), 1, Integer::sum);
		}

		void remove(Tag tag) {
			Map<String, Integer> known = this.values.get(tag.getKey());
			if (known != null) {
				known.computeIfPresent(tag.getValue(), (value, count) -> (count > 1) ? count - 1 : null);
			}
		}

	}

	/**
	 * The filter of Micrometer's global registry, which all contexts of a process share
	 * and which keeps its filters. The newest context limits the meters.
	 */
	private static final class GlobalFilter implements MeterFilter {

		private static final List<CardinalityGuard> guards = new CopyOnWriteArrayList<>();

		private static boolean added;

		static synchronized void add(CardinalityGuard guard) {
			// Micrometer warns about a filter that comes later than a meter
			if (!added && Metrics.globalRegistry.getMeters().isEmpty()) {
				added = true;
				GlobalFilter filter = new GlobalFilter();
				Metrics.globalRegistry.config()
					.meterFilter(filter)
					.onMeterAdded((meter) -> guards.forEach((each) -> each.added(meter.getId())))
					.onMeterRemoved((meter) -> guards.forEach((each) -> each.removed(meter.getId())));
			}
			guards.add(guard);
		}

		private static @Nullable CardinalityGuard newest() {
			CardinalityGuard newest = null;
			for (CardinalityGuard guard : guards) {
				newest = guard;
			}
			return newest;
		}

		@Override
		public Meter.Id map(Meter.Id id) {
			CardinalityGuard guard = newest();
			return (guard != null) ? guard.bound(id) : id;
		}

		@Override
		public MeterFilterReply accept(Meter.Id id) {
			CardinalityGuard guard = newest();
			return (guard != null) ? guard.accept(id) : MeterFilterReply.NEUTRAL;
		}

	}

}

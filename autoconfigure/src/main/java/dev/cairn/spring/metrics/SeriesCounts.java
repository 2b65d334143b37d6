package dev.cairn.spring.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Counts the combinations of tag values of each meter and of all meters, for as long as a
 * registry has them. Thread-safe.
 */
final class SeriesCounts {

	static final String OTHER = "other";

	/** The part of all combinations that one meter may have. */
	private static final int SHARE_OF_A_METER = 10;

	/** How many combinations a meter may have beyond its share, if they are folded. */
	private static final int MAX_FOLDED = 10;

	private final int maxSeries;

	private final int maxSeriesOfMeter;

	private final Map<String, Series> meters = new HashMap<>();

	private int size;

	SeriesCounts(int maxSeries) {
		this.maxSeries = maxSeries;
		this.maxSeriesOfMeter = Math.max(1, maxSeries / SHARE_OF_A_METER);
	}

	/** Returns the tags of a meter whose values have to be folded. */
	synchronized Excess excess(Meter.Id id, int maxValues) {
		Set<String> keys = new HashSet<>();
		Series series = this.meters.get(id.getName());
		if (series == null || series.uses.containsKey(id.getTags())) {
			return new Excess(keys, false);
		}
		for (Tag tag : id.getTags()) {
			if (!series.isAllowed(tag, maxValues)) {
				keys.add(tag.getKey());
			}
		}
		boolean all = isFull(series) && !series.uses.containsKey(fold(id, keys).getTags());
		if (all) {
			id.getTags().forEach((tag) -> keys.add(tag.getKey()));
		}
		keys.forEach(series::folded);
		return new Excess(keys, all);
	}

	private boolean isFull(Series series) {
		return this.size >= this.maxSeries || series.uses.size() >= this.maxSeriesOfMeter;
	}

	static Meter.Id fold(Meter.Id id, Set<String> keys) {
		return keys.isEmpty() ? id
				: id.replaceTags(id.getTags()
					.stream()
					.map((tag) -> keys.contains(tag.getKey()) ? Tag.of(tag.getKey(), OTHER) : tag)
					.toList());
	}

	/** Returns whether there is room for a meter whose excess is folded. */
	synchronized boolean hasRoom(Meter.Id id) {
		Series series = this.meters.get(id.getName());
		if (series == null) {
			return this.size < this.maxSeries;
		}
		return !isFull(series) || series.uses.containsKey(id.getTags())
				|| (series.uses.size() < this.maxSeriesOfMeter + MAX_FOLDED
						&& this.size < this.maxSeries + this.maxSeriesOfMeter);
	}

	/** Returns whether a meter stands for several. */
	synchronized boolean isFolded(Meter.Id id) {
		Series series = this.meters.get(id.getName());
		return series != null && id.getTags()
			.stream()
			.anyMatch((tag) -> OTHER.equals(tag.getValue()) && series.isFolded(tag.getKey()));
	}

	/** Returns how often values were folded, by meter and tag. */
	synchronized Map<String, Long> folded() {
		Map<String, Long> all = new TreeMap<>();
		this.meters
			.forEach((meter, series) -> series.folded.forEach((tag, count) -> all.put(meter + "/" + tag, count)));
		return all;
	}

	/** Called for each registry that has added a meter. */
	synchronized void add(Meter.Id id) {
		Series series = this.meters.computeIfAbsent(id.getName(), (absent) -> new Series());
		if (series.uses.merge(id.getTags(), 1, Integer::sum) == 1) {
			this.size++;
			id.getTags().forEach(series::add);
		}
	}

	/** Called for each registry that has removed a meter. */
	synchronized void remove(Meter.Id id) {
		Series series = this.meters.get(id.getName());
		if (series == null || !series.uses.containsKey(id.getTags()) || decrement(series.uses, id.getTags()) != null) {
			return;
		}
		this.size--;
		id.getTags().forEach(series::remove);
		if (series.uses.isEmpty()) {
			this.meters.remove(id.getName());
		}
	}

	private static <K> @Nullable Integer decrement(Map<K, Integer> counts, K key) {
		return counts.computeIfPresent(key, (known, count) -> (count > 1) ? count - 1 : null);
	}

	/**
	 * Tags that exceed a limit.
	 *
	 * @param keys the keys of the tags to fold
	 * @param combinations whether there are too many combinations, rather than values of
	 * single tags
	 */
	record Excess(Set<String> keys, boolean combinations) {
	}

	/**
	 * The combinations of tag values of a meter.
	 */
	private static final class Series {

		/** The number of keys whose folded values are counted. */
		private static final int MAX_KEYS = 100;

		/** The number of registries that have a combination. */
		private final Map<List<Tag>, Integer> uses = new HashMap<>();

		/** The number of combinations that have a value, by tag. */
		private final Map<String, Map<String, Integer>> values = new HashMap<>();

		/** How often values were folded, by tag. */
		private final Map<String, Long> folded = new HashMap<>(0);

		boolean isAllowed(Tag tag, int maxValues) {
			Map<String, Integer> known = this.values.get(tag.getKey());
			return known == null || known.containsKey(tag.getValue()) || OTHER.equals(tag.getValue())
					|| known.size() - (known.containsKey(OTHER) ? 1 : 0) < maxValues;
		}

		/** Beyond the number of keys that are counted, any is taken for folded. */
		boolean isFolded(String key) {
			return this.folded.containsKey(key) || this.folded.size() >= MAX_KEYS;
		}

		void folded(String key) {
			if (this.folded.containsKey(key) || this.folded.size() < MAX_KEYS) {
				this.folded.merge(key, 1L, Long::sum);
			}
		}

		void add(Tag tag) {
			this.values.computeIfAbsent(tag.getKey(), (absent) -> new HashMap<>())
				.merge(tag.getValue(), 1, Integer::sum);
		}

		void remove(Tag tag) {
			this.values.computeIfPresent(tag.getKey(), (key, known) -> {
				decrement(known, tag.getValue());
				return known.isEmpty() ? null : known;
			});
		}

	}

}

package dev.cairn.spring.metrics;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.function.SingletonSupplier;

/**
 * Limits the number of values that a tag of a meter may have. Further values are folded
 * into {@code other} before a meter is created; a gauge, which cannot be added to another
 * one, is denied. Logs once for each tag, with the place in the application that called.
 * Thread-safe.
 */
final class CardinalityGuard implements MeterFilter {

	private static final String OTHER = "other";

	private static final Logger logger = LoggerFactory.getLogger(CardinalityGuard.class);

	/** The number of tags that are limited; names may be made up, too. */
	private static final int MAX_TAGS = 20_000;

	private final int maxValues;

	private final ApplicationFrames frames;

	private final SingletonSupplier<List<MeterFilter>> filters;

	/** The values by meter and tag, such as {@code orders.paid/user}. */
	private final Map<String, Values> tags = new ConcurrentHashMap<>();

	private final WarnOnce warnings = new WarnOnce(logger);

	CardinalityGuard(int maxValues, ApplicationFrames frames, Supplier<List<MeterFilter>> filters) {
		this.maxValues = maxValues;
		this.frames = frames;
		this.filters = SingletonSupplier.of(filters);
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		return fold(id, foldedTags(id));
	}

	/**
	 * Limits a meter before the filters of the application apply: Boot filters the
	 * registries in a composite but not the composite itself, which would keep a meter
	 * for every value. The values that the filters make are counted, and the original
	 * tags are folded.
	 */
	Meter.Id bound(Meter.Id id) {
		Meter.Id mapped = id;
		for (MeterFilter filter : this.filters.obtain()) {
			if (filter != this) {
				mapped = filter.map(mapped);
			}
		}
		return fold(id, foldedTags(mapped));
	}

	private static Meter.Id fold(Meter.Id id, Set<String> keys) {
		return keys.isEmpty() ? id
				: id.replaceTags(id.getTags()
					.stream()
					.map((tag) -> keys.contains(tag.getKey()) ? Tag.of(tag.getKey(), OTHER) : tag)
					.toList());
	}

	private Set<String> foldedTags(Meter.Id id) {
		Set<String> folded = new HashSet<>();
		for (Tag tag : id.getTagsAsIterable()) {
			if (!isAllowed(id.getName(), tag)) {
				folded.add(tag.getKey());
			}
		}
		return folded;
	}

	private boolean isAllowed(String meter, Tag tag) {
		String key = key(meter, tag);
		Values values = values(key);
		if (values == null || values.isAllowed(tag.getValue(), this.maxValues)) {
			return true;
		}
		values.folded.increment();
		this.warnings.warn(key, () -> ("the tag '%s' of the meter '%s' has more than %s values; "
				+ "further values are replaced with '%s'. The call site is %s. Avoid tags whose values differ for each call, "
				+ "such as ids, or increase cairn.metrics.max-tag-values")
			.formatted(tag.getKey(), meter, this.maxValues, OTHER, this.frames.caller()));
		return false;
	}

	private static String key(String meter, Tag tag) {
		return meter + "/" + tag.getKey();
	}

	private @Nullable Values values(String key) {
		Values values = this.tags.get(key);
		if (values == null && this.tags.size() >= MAX_TAGS) {
			this.warnings.warn("", "there are more than " + MAX_TAGS + " tags; the values of further tags, such as "
					+ key + ", are not limited");
			return null;
		}
		return (values != null) ? values : this.tags.computeIfAbsent(key, (absent) -> new Values());
	}

	/** Denies folded gauges, since one value cannot stand for the others. */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		boolean single = id.getType() == Meter.Type.GAUGE || id.getType() == Meter.Type.OTHER;
		return (single && id.getTags().stream().anyMatch((tag) -> isFolded(id.getName(), tag))) ? MeterFilterReply.DENY
				: MeterFilterReply.NEUTRAL;
	}

	private boolean isFolded(String meter, Tag tag) {
		Values values = this.tags.get(key(meter, tag));
		return OTHER.equals(tag.getValue()) && values != null && values.folded.sum() > 0;
	}

	/** Releases the values of a meter that was removed. */
	void released(Meter.Id id) {
		for (Tag tag : id.getTagsAsIterable()) {
			Values values = this.tags.get(key(id.getName(), tag));
			if (values != null) {
				values.allowed.remove(tag.getValue());
			}
		}
	}

	/** Returns how often values were folded, by meter and tag. */
	Map<String, Long> folded() {
		Map<String, Long> all = new TreeMap<>();
		this.tags.forEach((key, values) -> all.put(key, values.folded.sum()));
		all.values().removeIf((count) -> count == 0);
		return all;
	}

	/**
	 * The values of a tag.
	 */
	private static final class Values {

		private final Set<String> allowed = ConcurrentHashMap.newKeySet();

		private final LongAdder folded = new LongAdder();

		boolean isAllowed(String value, int max) {
			if (this.allowed.contains(value) || OTHER.equals(value)) {
				return true;
			}
			if (this.allowed.size() >= max) {
				return false;
			}
			synchronized (this.allowed) {
				if (this.allowed.size() < max) {
					this.allowed.add(value);
				}
				return this.allowed.contains(value);
			}
		}

	}

}

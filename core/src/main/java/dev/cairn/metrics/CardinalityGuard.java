package dev.cairn.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the number of values that a tag of a meter may have. Further values are folded
 * into {@code other} before a meter is created; a gauge, which cannot be added to another
 * one, is denied. Logs once for each tag, with the place in the application that called.
 * Thread-safe.
 */
public final class CardinalityGuard implements MeterFilter {

	/** The value that stands for all values beyond the limit. */
	public static final String OTHER = "other";

	private static final Logger logger = LoggerFactory.getLogger(CardinalityGuard.class);

	/** The number of tags that are limited; names may be made up, too. */
	private static final int MAX_TAGS = 20_000;

	private final int maxValues;

	private final Callers callers;

	private final Map<TagOfMeter, Values> tags = new ConcurrentHashMap<>();

	private final WarnOnce warnings = new WarnOnce(logger);

	/**
	 * Creates a guard.
	 * @param maxValues the number of values that a tag of a meter may have
	 * @param frames identifies the classes of the application
	 */
	public CardinalityGuard(int maxValues, ApplicationFrames frames) {
		this.maxValues = maxValues;
		this.callers = new Callers(frames);
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		@Nullable List<Tag> folded = fold(id.getName(), id.getTagsAsIterable());
		return (folded != null) ? id.replaceTags(folded) : id;
	}

	/** Denies folded gauges, since one value cannot stand for the others. */
	@Override
	public MeterFilterReply accept(Meter.Id id) {
		if (id.getType() == Meter.Type.GAUGE || id.getType() == Meter.Type.OTHER) {
			for (Tag tag : id.getTagsAsIterable()) {
				if (OTHER.equals(tag.getValue()) && isFolding(id.getName(), tag.getKey())) {
					return MeterFilterReply.DENY;
				}
			}
		}
		return MeterFilterReply.NEUTRAL;
	}

	private boolean isFolding(String meter, String tag) {
		Values values = this.tags.get(new TagOfMeter(meter, tag));
		return values != null && values.folded.sum() > 0;
	}

	/**
	 * Folds the values that are beyond the limit.
	 * @param meter the name of the meter
	 * @param tags its tags
	 * @return other tags, or {@code null} if none is folded
	 */
	public @Nullable List<Tag> fold(String meter, Iterable<Tag> tags) {
		List<Tag> folded = null;
		int index = 0;
		for (Tag tag : tags) {
			if (!isAllowed(meter, tag)) {
				if (folded == null) {
					folded = new ArrayList<>();
					tags.forEach(folded::add);
				}
				folded.set(index, Tag.of(tag.getKey(), OTHER));
			}
			index++;
		}
		return folded;
	}

	private boolean isAllowed(String meter, Tag tag) {
		Values values = values(meter, tag);
		if (values == null || values.isAllowed(tag.getValue(), this.maxValues)) {
			return true;
		}
		values.folded.increment();
		this.warnings.warn(meter + "/" + tag.getKey(), () -> ("the tag '%s' of the meter '%s' has more than %s values; "
				+ "further ones count as '%s'. The next one came from %s. Leave out tags that differ for each call, "
				+ "such as an id, or raise cairn.metrics.max-tag-values")
			.formatted(tag.getKey(), meter, this.maxValues, OTHER, this.callers.find()));
		return false;
	}

	private @Nullable Values values(String meter, Tag tag) {
		TagOfMeter key = new TagOfMeter(meter, tag.getKey());
		Values values = this.tags.get(key);
		if (values == null && this.tags.size() >= MAX_TAGS) {
			this.warnings.warn("",
					() -> "meters have %s tags; the values of further ones, such as '%s' of '%s', are not "
						.formatted(MAX_TAGS, tag.getKey(), meter) + "limited");
			return null;
		}
		return (values != null) ? values : this.tags.computeIfAbsent(key, (absent) -> new Values());
	}

	/**
	 * Releases the values of a meter that was removed, so that others may take their
	 * place.
	 * @param id the id of the meter
	 */
	public void released(Meter.Id id) {
		for (Tag tag : id.getTagsAsIterable()) {
			Values values = this.tags.get(new TagOfMeter(id.getName(), tag.getKey()));
			if (values != null) {
				values.release(tag.getValue());
			}
		}
	}

	/**
	 * Returns how often values were folded.
	 * @return counts by meter and tag, such as {@code orders.paid/user}
	 */
	public Map<String, Long> folded() {
		Map<String, Long> all = new TreeMap<>();
		this.tags.forEach((key, values) -> {
			long count = values.folded.sum();
			if (count > 0) {
				all.put(key.meter() + "/" + key.tag(), count);
			}
		});
		return all;
	}

	private record TagOfMeter(String meter, String tag) {
	}

	/**
	 * The values of a tag.
	 */
	private static final class Values {

		private final Set<String> allowed = ConcurrentHashMap.newKeySet();

		private final AtomicInteger size = new AtomicInteger();

		private final LongAdder folded = new LongAdder();

		boolean isAllowed(String value, int max) {
			if (this.allowed.contains(value) || OTHER.equals(value)) {
				return true;
			}
			if (this.size.get() >= max) {
				return false;
			}
			synchronized (this) {
				if (this.size.get() >= max) {
					return this.allowed.contains(value);
				}
				if (this.allowed.add(value)) {
					this.size.incrementAndGet();
				}
				return true;
			}
		}

		synchronized void release(String value) {
			if (this.allowed.remove(value)) {
				this.size.decrementAndGet();
			}
		}

	}

}

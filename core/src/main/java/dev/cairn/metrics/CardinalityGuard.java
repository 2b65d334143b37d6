package dev.cairn.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many values a tag of a meter may have. What comes beyond is folded into the
 * value {@code other} before a meter is made of it; a gauge, which cannot be added to
 * another one, is left out. Says so once for each tag, with the place in the application
 * from which it came. Thread-safe.
 */
public final class CardinalityGuard implements MeterFilter {

	/** Stands for the values that were too many. */
	public static final String OTHER = "other";

	private static final Logger logger = LoggerFactory.getLogger(CardinalityGuard.class);

	/** Tags of meters that are watched; names that are made up are not worth more. */
	private static final int MAX_TAGS = 20_000;

	private final int maxValues;

	private final Map<TagOfMeter, Values> tags = new ConcurrentHashMap<>();

	private final AtomicBoolean full = new AtomicBoolean();

	/**
	 * Create a guard.
	 * @param maxValues how many values a tag of a meter may have
	 */
	public CardinalityGuard(int maxValues) {
		this.maxValues = maxValues;
	}

	@Override
	public Meter.Id map(Meter.Id id) {
		@Nullable List<Tag> folded = fold(id.getName(), id.getTagsAsIterable());
		return (folded != null) ? id.replaceTags(folded) : id;
	}

	/** One gauge of many says nothing of the others. */
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
	 * Return the tags with those values folded that are too many.
	 * @param meter the name of the meter
	 * @param tags its tags
	 * @return other tags, or {@code null} when they stay as they are
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
		TagOfMeter key = new TagOfMeter(meter, tag.getKey());
		Values values = this.tags.get(key);
		if (values == null) {
			if (this.tags.size() >= MAX_TAGS) {
				if (this.full.compareAndSet(false, true)) {
					logger.warn(
							"Cairn: there are {} tags of meters; the values of further ones are not bounded. The next "
									+ "one is '{}' of '{}'",
							MAX_TAGS, tag.getKey(), meter);
				}
				return true;
			}
			values = this.tags.computeIfAbsent(key, (absent) -> new Values());
		}
		if (values.isAllowed(tag.getValue(), this.maxValues)) {
			return true;
		}
		values.folded.increment();
		if (values.told.compareAndSet(false, true)) {
			logger.warn(
					"Cairn: the tag '{}' of the meter '{}' has more than {} values; further ones count as '{}'. "
							+ "The next one came from {}. Leave out what is different for every call, such as an id; "
							+ "or raise cairn.metrics.max-tag-values",
					tag.getKey(), meter, this.maxValues, OTHER, Callers.ofMeter());
		}
		return false;
	}

	/**
	 * Let other values have the place of those of a meter that was removed.
	 * @param id the meter
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
	 * Return how often a value was folded.
	 * @return numbers by {@code meter} and {@code tag}, as in {@code orders.paid/user}
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

		private final AtomicBoolean told = new AtomicBoolean();

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

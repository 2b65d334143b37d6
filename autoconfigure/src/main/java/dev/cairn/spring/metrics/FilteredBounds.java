package dev.cairn.spring.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import dev.cairn.metrics.CardinalityGuard;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

import org.springframework.util.function.SingletonSupplier;

/**
 * Bounds the values of tags where the filters of the application have not been yet: Boot
 * filters what is in a composite, but not the composite, which would keep a meter for
 * every value. Looks at what the filters make of a tag, and folds the tag from which they
 * make it.
 */
public final class FilteredBounds {

	private final CardinalityGuard guard;

	private final SingletonSupplier<List<MeterFilter>> filters;

	/**
	 * Create bounds.
	 * @param guard knows how many values there are
	 * @param filters those of the application, in their order; asked for the first meter
	 */
	public FilteredBounds(CardinalityGuard guard, Supplier<List<MeterFilter>> filters) {
		this.guard = guard;
		this.filters = SingletonSupplier.of(filters);
	}

	/**
	 * Return the meter that is to be made in the place of another one.
	 * @param id a meter as the application names it
	 * @return the same, or one with other values of tags
	 */
	public Meter.Id bound(Meter.Id id) {
		Meter.Id mapped = id;
		for (MeterFilter filter : this.filters.obtain()) {
			mapped = filter.map(mapped);
		}
		List<Tag> folded = this.guard.fold(mapped.getName(), mapped.getTagsAsIterable());
		return (folded != null) ? fold(id, folded(mapped, folded)) : id;
	}

	private static Set<String> folded(Meter.Id mapped, List<Tag> folded) {
		Set<String> keys = new HashSet<>();
		for (Tag tag : folded) {
			if (!tag.getValue().equals(mapped.getTag(tag.getKey()))) {
				keys.add(tag.getKey());
			}
		}
		return keys;
	}

	private static Meter.Id fold(Meter.Id id, Set<String> keys) {
		List<Tag> tags = new ArrayList<>();
		for (Tag tag : id.getTagsAsIterable()) {
			tags.add(keys.contains(tag.getKey()) ? Tag.of(tag.getKey(), CardinalityGuard.OTHER) : tag);
		}
		return id.replaceTags(tags);
	}

}

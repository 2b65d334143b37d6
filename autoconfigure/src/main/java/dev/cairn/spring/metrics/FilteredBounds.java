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
 * Limits the values of tags before the filters of the application apply: Boot filters the
 * registries in a composite but not the composite itself, which would keep a meter for
 * every value. It applies the filters to count the resulting values, and folds the
 * original tag.
 */
final class FilteredBounds {

	private final CardinalityGuard guard;

	private final SingletonSupplier<List<MeterFilter>> filters;

	/**
	 * Creates an instance.
	 * @param guard counts the values
	 * @param filters supplies the filters of the application, in their order; called for
	 * the first meter
	 */
	FilteredBounds(CardinalityGuard guard, Supplier<List<MeterFilter>> filters) {
		this.guard = guard;
		this.filters = SingletonSupplier.of(filters);
	}

	/** Returns the id of the meter to create: the same, or one with folded tags. */
	Meter.Id bound(Meter.Id id) {
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

package dev.cairn.spring.live;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The last minutes, hours or days; what is older is forgotten. For one thread at a time.
 */
final class Window {

	private final Period period;

	private final Supplier<Slot> slots;

	private final TreeMap<Long, Slot> byIndex = new TreeMap<>();

	Window(Period period, Supplier<Slot> slots) {
		this.period = period;
		this.slots = slots;
	}

	Slot at(Instant now) {
		long index = this.period.indexOf(now);
		forgetBefore(this.period.firstKept(index));
		return this.byIndex.computeIfAbsent(index, (missing) -> this.slots.get());
	}

	private void forgetBefore(long index) {
		this.byIndex.headMap(index).clear();
	}

	/** Return what happened in each slot with events, by its start. */
	Map<Instant, LiveCounts> counts(Instant now) {
		forgetBefore(this.period.firstKept(this.period.indexOf(now)));
		Map<Instant, LiveCounts> counts = new TreeMap<>();
		this.byIndex.forEach((index, slot) -> counts.put(this.period.startOf(index), slot.counts()));
		return counts;
	}

	LiveCounts total() {
		Slot total = this.slots.get();
		this.byIndex.values().forEach((slot) -> slot.addTo(total));
		return total.counts();
	}

}

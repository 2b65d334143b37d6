package dev.cairn.console;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.internal.Extensions;
import dev.cairn.spring.live.VisitorCounter;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the events, page views, visitors and conversions of several instances. A
 * visitor of several instances counts once, because the sketches of their counters are
 * merged. The steps of conversions are counted by each instance, and added.
 */
final class VisitorSum {

	private static final int MAX_SLOTS = 100;

	private static final String VISITORS = "visitors";

	private static final String SKETCH = "sketch";

	private static final String NOTE = "note";

	private static final double ROUNDING = 10_000;

	private final VisitorCounter.@Nullable Factory counters;

	private final Extensions extensions;

	VisitorSum(VisitorCounter.@Nullable Factory counters, Extensions extensions) {
		this.counters = counters;
		this.extensions = extensions;
	}

	Map<String, @Nullable Object> of(Map<String, Map<String, @Nullable Object>> values) {
		List<Map<String, @Nullable Object>> all = List.copyOf(values.values());
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put("service", all.get(0).get("service"));
		Map<String, Object> windows = new LinkedHashMap<>();
		Parsed.grouped(Parsed.children(all, "per"), MAX_SLOTS).forEach((size, same) -> windows.put(size, window(same)));
		sum.put("per", windows);
		sum.put("missed", Parsed.wholeSum(all, "missed"));
		sum.put("forgotten", Parsed.sums(Parsed.children(all, "forgotten"), MAX_SLOTS));
		values.forEach((instance, value) -> {
			String note = Parsed.text(value, NOTE);
			if (note != null) {
				sum.putIfAbsent(NOTE, instance + ": " + note);
			}
		});
		return sum;
	}

	private Map<String, @Nullable Object> window(List<Map<String, @Nullable Object>> same) {
		Map<String, Object> slots = new TreeMap<>();
		Parsed.grouped(Parsed.children(same, "slots"), MAX_SLOTS)
			.forEach((start, counts) -> slots.put(start, counts(counts)));
		Map<String, @Nullable Object> window = new LinkedHashMap<>();
		window.put("total", counts(Parsed.children(same, "total")));
		window.put("slots", slots);
		return window;
	}

	private Map<String, @Nullable Object> counts(List<Map<String, @Nullable Object>> all) {
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put("events", Parsed.wholeSum(all, "events"));
		sum.put("page_views", Parsed.wholeSum(all, "page_views"));
		sum.put("robots", Parsed.wholeSum(all, "robots"));
		sum.put(VISITORS, this.extensions.get("counter of visitors", () -> visitors(all)));
		sum.put("types", Parsed.sums(Parsed.children(all, "types"), EventCounts.MAX_TYPES));
		Map<String, Object> conversions = new LinkedHashMap<>();
		Parsed.grouped(Parsed.children(all, "conversions"), MAX_SLOTS)
			.forEach((name, same) -> conversions.put(name, conversion(same)));
		sum.put("conversions", conversions);
		return sum;
	}

	/**
	 * Returns {@code null} if an instance has only a number of visitors, and no sketch.
	 */
	private @Nullable Long visitors(List<Map<String, @Nullable Object>> all) {
		VisitorCounter.Factory factory = this.counters;
		if (factory == null) {
			return null;
		}
		VisitorCounter counter = factory.create();
		for (Map<String, @Nullable Object> each : all) {
			String sketch = Parsed.text(each, SKETCH);
			if (sketch != null) {
				counter.addSketch(Base64.getDecoder().decode(sketch));
			}
			else if (Parsed.number(each, VISITORS) != null) {
				return null;
			}
		}
		return counter.count();
	}

	/** The steps of a conversion are the same in all instances, in the same order. */
	private static Map<String, @Nullable Object> conversion(List<Map<String, @Nullable Object>> same) {
		List<Map<String, @Nullable Object>> named = Parsed.maps(same.get(0), "steps");
		List<Object> steps = new ArrayList<>();
		List<Long> reached = new ArrayList<>();
		for (int i = 0; i < named.size(); i++) {
			long visitors = 0;
			for (Map<String, @Nullable Object> each : same) {
				List<Map<String, @Nullable Object>> others = Parsed.maps(each, "steps");
				visitors += (i < others.size()) ? Parsed.whole(others.get(i), VISITORS) : 0;
			}
			reached.add(visitors);
			steps.add(Map.of("type", String.valueOf(named.get(i).get("type")), VISITORS, visitors));
		}
		double first = reached.isEmpty() ? 0 : reached.get(0);
		Map<String, @Nullable Object> conversion = new LinkedHashMap<>();
		conversion.put("steps", steps);
		conversion.put("rate",
				(first > 0) ? Math.round(reached.get(reached.size() - 1) / first * ROUNDING) / ROUNDING : null);
		return conversion;
	}

}

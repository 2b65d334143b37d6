package dev.cairn.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Adds up what several instances have answered. Counts are added; lists are joined, and
 * each element has the name of its instance.
 *
 * @param visitors adds up visitors
 */
record Sums(VisitorSum visitors) {

	private static final Set<String> WHOLES = Set.of("live", "requests", "find", "search", "events", "incidents",
			"cairnevents", "cairnmetrics");

	private static final Set<String> ITEMS = Set.of("events", "incidents", "cairnmetrics");

	/** The maximum number of requests, of one instance and of all. */
	static final int MAX_REQUESTS = 100;

	private static final int MAX_GROUPS = 100;

	private static final int MAX_IDS = 10;

	private static final int MAX_ROUTES = 20;

	private static final String TYPE = "type";

	private static final String GROUP = "group";

	private static final String INCIDENTS = "incidents";

	private static final String REQUESTS = "requests";

	private static final String PUBLISHED = "published";

	boolean isSummed(String name, boolean item) {
		return (item ? ITEMS : WHOLES).contains(name);
	}

	/**
	 * Returns the sum.
	 * @param name the path of the console, or the endpoint
	 * @param item the item, or {@code null} for the whole
	 * @param values what the instances have answered, by their names, of which there is
	 * at least one
	 * @return the sum, which can be changed
	 * @throws IllegalArgumentException if figures are invalid
	 */
	Map<String, @Nullable Object> of(String name, @Nullable String item,
			Map<String, Map<String, @Nullable Object>> values) {
		return switch (name) {
			case "live" -> LiveSum.of(values);
			case "events" -> (item != null) ? messages(values) : types(values);
			case "incidents" -> (item != null) ? group(values) : groups(values);
			case "search" -> messages(values);
			case "requests" -> requests(values);
			case "find" -> found(values);
			case "cairnevents" -> this.visitors.of(values);
			case "cairnmetrics" -> MeterSum.of(values);
			default -> throw new IllegalArgumentException(name + " has no sum");
		};
	}

	/** Returns the elements of the lists of all instances, each with its instance. */
	private static List<Map<String, @Nullable Object>> joined(Map<String, Map<String, @Nullable Object>> values,
			String name) {
		List<Map<String, @Nullable Object>> joined = new ArrayList<>();
		values.forEach((instance, value) -> Parsed.maps(value, name).forEach((each) -> {
			each.put("instance", instance);
			joined.add(each);
		}));
		return joined;
	}

	private static List<Map<String, @Nullable Object>> newestFirst(List<Map<String, @Nullable Object>> all,
			String time) {
		return all.stream()
			.sorted(Comparator.comparing((Map<String, @Nullable Object> each) -> Parsed.time(each, time)).reversed())
			.toList();
	}

	/** There may be more, which each instance shows for itself. */
	private static Map<String, @Nullable Object> requests(Map<String, Map<String, @Nullable Object>> values) {
		List<Map<String, @Nullable Object>> newest = newestFirst(joined(values, REQUESTS), "start").stream()
			.limit(MAX_REQUESTS)
			.toList();
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put(REQUESTS, newest);
		sum.put("more", false);
		sum.put("matched", newest.size());
		sum.put("held", Parsed.wholeSum(List.copyOf(values.values()), "held"));
		return sum;
	}

	private static Map<String, @Nullable Object> found(Map<String, Map<String, @Nullable Object>> values) {
		Map<String, @Nullable Object> sum = first(values);
		sum.put(REQUESTS, newestFirst(joined(values, REQUESTS), "start"));
		sum.put(INCIDENTS, newestFirst(joined(values, INCIDENTS), "time"));
		sum.put(PUBLISHED, newestFirst(joined(values, PUBLISHED), "time"));
		return sum;
	}

	/** The schema of a type is the same in all instances that have it. */
	private static Map<String, @Nullable Object> messages(Map<String, Map<String, @Nullable Object>> values) {
		Map<String, @Nullable Object> sum = first(values);
		values.values().forEach((value) -> {
			if (value.get("schema") != null) {
				sum.put("schema", value.get("schema"));
			}
		});
		sum.put(PUBLISHED, newestFirst(joined(values, PUBLISHED), "time"));
		return sum;
	}

	private static Map<String, @Nullable Object> types(Map<String, Map<String, @Nullable Object>> values) {
		List<Object> types = new ArrayList<>();
		by(TYPE, joined(values, "types"), EventCounts.MAX_TYPES).forEach((type, counts) -> {
			Map<String, @Nullable Object> sum = new LinkedHashMap<>();
			sum.put(TYPE, type);
			sum.put("total", Parsed.wholeSum(counts, "total"));
			sum.put("per_second", Parsed.sum(counts, "per_second"));
			sum.put("last", newestFirst(counts, "last").get(0).get("last"));
			sum.put("lost", Parsed.wholeSum(counts, "lost"));
			sum.put("sampled_out", Parsed.wholeSum(counts, "sampled_out"));
			types.add(sum);
		});
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put("types", types);
		return sum;
	}

	private static Map<String, @Nullable Object> groups(Map<String, Map<String, @Nullable Object>> values) {
		List<Map<String, @Nullable Object>> groups = new ArrayList<>();
		by(GROUP, joined(values, "groups"), Integer.MAX_VALUE).values()
			.forEach((same) -> groups.add(groupOf(newestFirst(same, "last"))));
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put("groups", newestFirst(groups, "last").stream().limit(MAX_GROUPS).toList());
		sum.put("evicted", Parsed.wholeSum(List.copyOf(values.values()), "evicted"));
		return sum;
	}

	private static Map<String, @Nullable Object> group(Map<String, Map<String, @Nullable Object>> values) {
		Map<String, @Nullable Object> sum = groupOf(newestFirst(List.copyOf(values.values()), "last"));
		sum.put(INCIDENTS, newestFirst(joined(values, INCIDENTS), "time").stream().limit(MAX_IDS).toList());
		return sum;
	}

	/** Returns one group of the same groups, the one with the latest incident first. */
	private static Map<String, @Nullable Object> groupOf(List<Map<String, @Nullable Object>> same) {
		Map<String, @Nullable Object> sum = new LinkedHashMap<>(same.get(0));
		Map<String, @Nullable Object> earliest = same.stream()
			.min(Comparator.comparing((each) -> Parsed.time(each, "first")))
			.orElse(sum);
		sum.remove("instance");
		sum.put("first", earliest.get("first"));
		sum.put("count", Parsed.wholeSum(same, "count"));
		List<Long> trend = new ArrayList<>();
		for (int back = IncidentGroups.MINUTES; back > 0; back--) {
			int minute = back;
			trend.add(same.stream().mapToLong((each) -> Parsed.whole(fromEnd(each, "trend", minute))).sum());
		}
		sum.put("trend", trend);
		sum.put("error_ids",
				same.stream().flatMap((each) -> Parsed.list(each, "error_ids").stream()).limit(MAX_IDS).toList());
		sum.put("routes", Parsed.sums(Parsed.children(same, "routes"), MAX_ROUTES));
		return sum;
	}

	/** Returns an element by its place from the end, where 1 is the last. */
	static @Nullable Object fromEnd(Map<String, @Nullable Object> parent, String name, int place) {
		return (parent.get(name) instanceof List<?> list && place <= list.size()) ? list.get(list.size() - place)
				: null;
	}

	/** Returns the objects by the value of a name; those beyond a number are others. */
	private static Map<String, List<Map<String, @Nullable Object>>> by(String name,
			List<Map<String, @Nullable Object>> all, int most) {
		Map<String, List<Map<String, @Nullable Object>>> by = new LinkedHashMap<>();
		for (Map<String, @Nullable Object> each : all) {
			String key = Parsed.key(String.valueOf(each.get(name)), by, most);
			by.computeIfAbsent(key, (missing) -> new ArrayList<>()).add(each);
		}
		return by;
	}

	private static Map<String, @Nullable Object> first(Map<String, Map<String, @Nullable Object>> values) {
		return new LinkedHashMap<>(values.values().iterator().next());
	}

}

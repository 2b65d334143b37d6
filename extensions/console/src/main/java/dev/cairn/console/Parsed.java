package dev.cairn.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON of an unknown structure. A value of another type than expected counts as
 * missing.
 */
final class Parsed {

	private static final int MAX_DEPTH = 100;

	private static final JsonMapper MAPPER = new JsonMapper(JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
		.build());

	private Parsed() {
	}

	/** Returns an object, or {@code null} if the JSON is invalid or something else. */
	static @Nullable Map<String, @Nullable Object> parse(byte[] json) {
		try {
			return (MAPPER.readValue(json, Object.class) instanceof Map<?, ?> map) ? copy(map) : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/** Returns what the description of an endpoint is in JSON. */
	static Map<String, @Nullable Object> of(Object description) {
		return (MAPPER.convertValue(description, Object.class) instanceof Map<?, ?> map) ? copy(map) : Map.of();
	}

	private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		map.forEach((key, value) -> copy.put(String.valueOf(key), value));
		return copy;
	}

	static Map<String, @Nullable Object> map(@Nullable Object value) {
		return (value instanceof Map<?, ?> map) ? copy(map) : Map.of();
	}

	static Map<String, @Nullable Object> map(Map<String, @Nullable Object> parent, String name) {
		return map(parent.get(name));
	}

	/** Returns what each of several objects has under a name. */
	static List<Map<String, @Nullable Object>> children(List<Map<String, @Nullable Object>> all, String name) {
		return all.stream().map((each) -> map(each, name)).toList();
	}

	static List<@Nullable Object> list(Map<String, @Nullable Object> parent, String name) {
		return (parent.get(name) instanceof List<?> list) ? new ArrayList<>(list) : List.of();
	}

	/** Returns the objects of a list. */
	static List<Map<String, @Nullable Object>> maps(Map<String, @Nullable Object> parent, String name) {
		return list(parent, name).stream().filter(Map.class::isInstance).map(Parsed::map).toList();
	}

	static @Nullable String text(Map<String, @Nullable Object> parent, String name) {
		return (parent.get(name) instanceof String text) ? text : null;
	}

	static @Nullable Double number(@Nullable Object value) {
		return (value instanceof Number number && Double.isFinite(number.doubleValue())) ? number.doubleValue() : null;
	}

	static @Nullable Double number(Map<String, @Nullable Object> parent, String name) {
		return number(parent.get(name));
	}

	/** Returns a number, or 0 without one. */
	static double orZero(@Nullable Object value) {
		Double number = number(value);
		return (number != null) ? number : 0;
	}

	/** Returns a whole number, or 0 without one. */
	static long whole(@Nullable Object value) {
		return (value instanceof Long || value instanceof Integer) ? ((Number) value).longValue()
				: Math.round(orZero(value));
	}

	static long whole(Map<String, @Nullable Object> parent, String name) {
		return whole(parent.get(name));
	}

	/** Returns a time, or the earliest without one. */
	static Instant time(Map<String, @Nullable Object> parent, String name) {
		try {
			String text = text(parent, name);
			return (text != null) ? Instant.parse(text) : Instant.EPOCH;
		}
		catch (DateTimeException ex) {
			return Instant.EPOCH;
		}
	}

	/** Returns the sum of the numbers that there are, or {@code null} without any. */
	static @Nullable Double sum(List<Map<String, @Nullable Object>> all, String name) {
		Double sum = null;
		for (Map<String, @Nullable Object> each : all) {
			Double number = number(each, name);
			if (number != null) {
				sum = (sum != null) ? sum + number : number;
			}
		}
		return sum;
	}

	static long wholeSum(List<Map<String, @Nullable Object>> all, String name) {
		return all.stream().mapToLong((each) -> whole(each, name)).sum();
	}

	/** Returns the sums of whole numbers by their names. */
	static Map<String, @Nullable Object> sums(List<Map<String, @Nullable Object>> all, int most) {
		Map<String, @Nullable Object> sums = new LinkedHashMap<>();
		for (Map<String, @Nullable Object> each : all) {
			each.forEach((name, value) -> {
				String key = key(name, sums, most);
				sums.put(key, whole(sums.get(key)) + whole(value));
			});
		}
		return sums;
	}

	/**
	 * Returns the objects that several others have under a name, such as all counts of
	 * one type.
	 */
	static Map<String, List<Map<String, @Nullable Object>>> grouped(List<Map<String, @Nullable Object>> all, int most) {
		Map<String, List<Map<String, @Nullable Object>>> grouped = new LinkedHashMap<>();
		for (Map<String, @Nullable Object> each : all) {
			each.forEach(
					(name, value) -> grouped.computeIfAbsent(key(name, grouped, most), (missing) -> new ArrayList<>())
						.add(map(value)));
		}
		return grouped;
	}

	/** Returns a name, or that of all others if there are too many. */
	static String key(String name, Map<String, ?> known, int most) {
		return (known.containsKey(name) || known.size() < most) ? name : EventCounts.OTHER;
	}

}

package dev.cairn.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Ledger;
import dev.cairn.console.RequestFigures.Sum;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the live figures of several instances. Percentiles are those of all requests
 * together: the buckets of the durations are added. Seconds are matched by their distance
 * from now, and not by the clocks of the instances.
 */
final class LiveSum {

	private static final String PER_SECOND = "per_second";

	private static final String FAILED_PER_SECOND = "failed_per_second";

	private static final String EVENTS_PER_SECOND = "events_per_second";

	private static final String MAX = "max_ms";

	private static final String BUCKETS = "buckets";

	private static final String STATE = "state";

	private static final String LAST_ERROR = "last_error";

	private static final String DROPPED = "dropped";

	private static final double MICROS_OF_MILLI = 1e3;

	private static final int MAX_NAMES = 100;

	private LiveSum() {
	}

	static Map<String, @Nullable Object> of(Map<String, Map<String, @Nullable Object>> values) {
		List<Map<String, @Nullable Object>> all = List.copyOf(values.values());
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put("time", Instant.now());
		sum.put("uptime_ms", all.stream().mapToLong((each) -> Parsed.whole(each, "uptime_ms")).max().orElse(0));
		sum.put("requests", requests(Parsed.children(all, "requests")));
		Map<String, Object> events = new LinkedHashMap<>();
		Parsed.grouped(Parsed.children(all, "events"), EventCounts.MAX_TYPES)
			.forEach((type, counts) -> events.put(type, counts(counts, List.of("total"), List.of(PER_SECOND))));
		sum.put("events", events);
		sum.put("incidents", incidents(Parsed.children(all, "incidents")));
		sum.put("channels", channels(values));
		sum.put("streams", Parsed.wholeSum(all, "streams"));
		sum.put("history", history(Parsed.children(all, "history")));
		return sum;
	}

	private static Map<String, @Nullable Object> counts(List<Map<String, @Nullable Object>> all, List<String> numbers,
			List<String> rates) {
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		numbers.forEach((name) -> sum.put(name, Parsed.wholeSum(all, name)));
		rates.forEach((name) -> sum.put(name, Parsed.sum(all, name)));
		return sum;
	}

	private static Map<String, @Nullable Object> requests(List<Map<String, @Nullable Object>> all) {
		Map<String, @Nullable Object> sum = counts(all, List.of("active", "total", "failed", "slow"),
				List.of(PER_SECOND));
		Sum durations = new Sum();
		double failed = 0;
		for (Map<String, @Nullable Object> each : all) {
			failed += Parsed.orZero(each.get("error_rate")) * Parsed.orZero(each.get(PER_SECOND));
			addDurations(durations, each.get(BUCKETS), each.get(MAX));
		}
		double number = Parsed.orZero(sum.get(PER_SECOND));
		sum.put("error_rate", (number > 0) ? failed / number : 0.0);
		putPercentiles(sum, durations);
		sum.put(MAX, (durations.counted() > 0) ? durations.maxMicros / MICROS_OF_MILLI : null);
		return sum;
	}

	private static void putPercentiles(Map<String, @Nullable Object> sum, Sum durations) {
		sum.put("p50_ms", durations.percentile(0.5));
		sum.put("p95_ms", durations.percentile(0.95));
		sum.put("p99_ms", durations.percentile(0.99));
	}

	private static void addDurations(Sum durations, @Nullable Object buckets, @Nullable Object max) {
		Parsed.map(buckets).forEach((bucket, count) -> durations.add(Integer.parseInt(bucket), Parsed.whole(count)));
		durations.maxMicros = Math.max(durations.maxMicros, Math.round(Parsed.orZero(max) * MICROS_OF_MILLI));
	}

	private static Map<String, @Nullable Object> incidents(List<Map<String, @Nullable Object>> all) {
		Map<String, @Nullable Object> sum = counts(all, List.of("failures"), List.of(PER_SECOND));
		Set<Object> groups = new HashSet<>();
		all.forEach((each) -> Parsed.list(each, "group_ids").forEach((id) -> groups.add(String.valueOf(id))));
		sum.put("groups", groups.size());
		return sum;
	}

	private static Map<String, Object> channels(Map<String, Map<String, @Nullable Object>> values) {
		Map<String, Map<String, Map<String, @Nullable Object>>> byName = new LinkedHashMap<>();
		values.forEach((instance, value) -> Parsed.map(value, "channels").forEach((name, channel) -> {
			if (byName.containsKey(name) || byName.size() < MAX_NAMES) {
				byName.computeIfAbsent(name, (missing) -> new LinkedHashMap<>()).put(instance, Parsed.map(channel));
			}
		}));
		Map<String, Object> sums = new LinkedHashMap<>();
		byName.forEach((name, channels) -> sums.put(name, channel(channels)));
		return sums;
	}

	/** The state is the worst, and an error has the name of its instance. */
	private static Map<String, @Nullable Object> channel(Map<String, Map<String, @Nullable Object>> channels) {
		List<Map<String, @Nullable Object>> all = List.copyOf(channels.values());
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		sum.put(STATE, worst(all));
		sum.putAll(
				counts(all,
						List.of("offered", "sampled_out", "filtered", "accepted", "delivered", "held", "spooled",
								"dropped_total"),
						List.of("offered_per_second", "delivered_per_second", "dropped_per_second")));
		sum.put(DROPPED, Parsed.sums(Parsed.children(all, DROPPED), MAX_NAMES));
		sum.put(LAST_ERROR, null);
		channels.forEach((instance, channel) -> {
			String error = Parsed.text(channel, LAST_ERROR);
			if (error != null) {
				sum.putIfAbsent(LAST_ERROR, instance + ": " + error);
			}
		});
		return sum;
	}

	private static String worst(List<Map<String, @Nullable Object>> channels) {
		List<String> states = channels.stream().map((each) -> String.valueOf(each.get(STATE))).toList();
		for (Ledger.State state : List.of(Ledger.State.DOWN, Ledger.State.DEGRADED, Ledger.State.OFF)) {
			String name = Views.lower(state);
			if (states.contains(name)) {
				return name;
			}
		}
		return Views.lower(Ledger.State.UP);
	}

	private static Map<String, @Nullable Object> history(List<Map<String, @Nullable Object>> all) {
		Map<String, List<@Nullable Object>> values = new LinkedHashMap<>();
		for (int back = RequestFigures.SECONDS; back > 0; back--) {
			Sum durations = new Sum();
			Map<String, @Nullable Object> second = new LinkedHashMap<>();
			for (String name : List.of(PER_SECOND, FAILED_PER_SECOND, EVENTS_PER_SECOND)) {
				long number = 0;
				for (Map<String, @Nullable Object> each : all) {
					number += Parsed.whole(Sums.fromEnd(each, name, back));
				}
				second.put(name, number);
			}
			for (Map<String, @Nullable Object> each : all) {
				addDurations(durations, Sums.fromEnd(each, BUCKETS, back), Sums.fromEnd(each, MAX, back));
			}
			putPercentiles(second, durations);
			second.forEach((name, value) -> values.computeIfAbsent(name, (missing) -> new ArrayList<>()).add(value));
		}
		Map<String, @Nullable Object> history = new LinkedHashMap<>();
		history.put("step_ms", 1000);
		history.put("start", Instant.ofEpochSecond(Instant.now().getEpochSecond() - RequestFigures.SECONDS));
		history.putAll(values);
		return history;
	}

}

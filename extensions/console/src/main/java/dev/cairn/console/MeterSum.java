package dev.cairn.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.Distribution;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the meters of several instances. Percentiles are those of all values together,
 * because the buckets of the distributions are added.
 */
final class MeterSum {

	private static final List<String> WINDOWS = List.of("1m", "5m", "15m");

	private static final String METERS = "meters";

	private static final String COUNT = "count";

	private static final String NAME = "name";

	private static final String TYPE = "type";

	private static final String TAGS = "tags";

	private static final double NANOS_OF_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	private MeterSum() {
	}

	static Map<String, @Nullable Object> of(Map<String, Map<String, @Nullable Object>> values) {
		Map<Object, List<Map<String, @Nullable Object>>> same = new LinkedHashMap<>();
		Map<String, @Nullable Object> folded = new LinkedHashMap<>();
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		values.values().forEach((value) -> {
			sum.putAll(value);
			folded.putAll(Parsed.map(value, "folded"));
			Parsed.maps(value, METERS)
				.forEach((meter) -> same.computeIfAbsent(key(meter), (missing) -> new ArrayList<>()).add(meter));
		});
		sum.put("folded", folded);
		sum.put(METERS, same.values().stream().map(MeterSum::meter).toList());
		return sum;
	}

	private static Object key(Map<String, @Nullable Object> meter) {
		return List.of(String.valueOf(meter.get(NAME)), String.valueOf(meter.get(TYPE)),
				new TreeMap<>(Parsed.map(meter, TAGS)).toString());
	}

	/** A meter of a list has its figures in itself, and a single one has windows. */
	private static Map<String, @Nullable Object> meter(List<Map<String, @Nullable Object>> same) {
		Map<String, @Nullable Object> first = same.get(0);
		Map<String, @Nullable Object> sum = new LinkedHashMap<>();
		List.of(NAME, TYPE, TAGS).forEach((name) -> sum.put(name, first.get(name)));
		boolean timer = "timer".equals(first.get(TYPE));
		if (first.containsKey(COUNT)) {
			sum.putAll(numbers(same, timer));
			return sum;
		}
		for (String window : WINDOWS) {
			sum.put(window, numbers(Parsed.children(same, window), timer));
		}
		return sum;
	}

	private static Map<String, @Nullable Object> numbers(List<Map<String, @Nullable Object>> all, boolean timer) {
		Map<String, @Nullable Object> numbers = new LinkedHashMap<>();
		numbers.put(COUNT, Parsed.sum(all, COUNT));
		numbers.put("rate", Parsed.sum(all, "rate"));
		Distribution values = Distribution.EMPTY;
		for (Map<String, @Nullable Object> each : all) {
			values = values.merge(distribution(Parsed.map(each, "buckets")));
		}
		if (values.count() > 0) {
			double unit = timer ? NANOS_OF_MILLI : 1;
			numbers.put("min", values.min() / unit);
			numbers.put("max", values.max() / unit);
			numbers.put("mean", values.mean() / unit);
			numbers.put("stddev", values.standardDeviation() / unit);
			for (String percentile : List.of("50", "75", "95", "98", "99", "99.9")) {
				numbers.put("p" + percentile, values.percentile(Double.parseDouble(percentile) / 100) / unit);
			}
		}
		return numbers;
	}

	private static Distribution distribution(Map<String, @Nullable Object> buckets) {
		Map<Integer, Long> counts = new LinkedHashMap<>();
		Parsed.map(buckets, "counts")
			.forEach((bucket, count) -> counts.put(Integer.valueOf(bucket), Parsed.whole(count)));
		return Distribution.of(counts, Parsed.orZero(buckets.get("sum")));
	}

}

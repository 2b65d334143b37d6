package dev.cairn.spring.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.Distribution;
import dev.cairn.metrics.StatisticsRegistry.Window;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * A meter over one window as the endpoint shows it. Times are milliseconds; a
 * {@code rate} is a number per second.
 */
record MeterView(Meter.Id id, Window window) {

	static final List<String> NUMBERS = List.of("count", "rate", "min", "max", "mean", "stddev", "p50", "p75", "p95",
			"p98", "p99", "p99.9");

	private static final double PERCENT = 100;

	private static final MathContext DIGITS = new MathContext(5);

	String name() {
		return this.id.getName();
	}

	@Nullable String tag(String key) {
		return this.id.getTag(key);
	}

	/** Returns one of the numbers, or {@code null} if the meter does not have it. */
	@Nullable Double number(String key) {
		if ("count".equals(key)) {
			return this.window.count();
		}
		if ("rate".equals(key)) {
			return this.window.rate();
		}
		Distribution values = this.window.distribution();
		if (values == null || values.count() == 0) {
			return null;
		}
		double value = switch (key) {
			case "min" -> values.min();
			case "max" -> values.max();
			case "mean" -> values.mean();
			case "stddev" -> values.standardDeviation();
			default -> values.percentile(Double.parseDouble(key.substring(1)) / PERCENT);
		};
		return (this.id.getType() == Meter.Type.TIMER) ? TimeUtils.nanosToUnit(value, TimeUnit.MILLISECONDS) : value;
	}

	static Map<String, Object> describe(Meter.Id id) {
		Map<String, String> tags = new LinkedHashMap<>();
		id.getTagsAsIterable().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("name", id.getName());
		description.put("type", id.getType().name().toLowerCase(Locale.ROOT));
		description.put("tags", tags);
		return description;
	}

	Map<String, Object> description(boolean buckets) {
		Map<String, Object> description = describe(this.id);
		description.put("total", round(this.window.total()));
		description.putAll(numbers(buckets));
		return description;
	}

	/**
	 * Returns all numbers, and the buckets, which can be merged with other processes'.
	 */
	Map<String, Object> numbers(boolean buckets) {
		Map<String, Object> numbers = new LinkedHashMap<>();
		for (String key : NUMBERS) {
			Double number = number(key);
			if (number != null) {
				numbers.put(key, round(number));
			}
		}
		if (buckets) {
			Distribution values = this.window.distribution();
			numbers.put("buckets",
					(values != null) ? Map.of("sum", values.sum(), "counts", values.counts()) : Map.of());
		}
		return numbers;
	}

	/** Rounds to a few digits, except for whole numbers. */
	private static Number round(double number) {
		return (number == Math.rint(number) && Math.abs(number) < Long.MAX_VALUE) ? (Number) (long) number
				: (Number) new BigDecimal(number).round(DIGITS).doubleValue();
	}

}

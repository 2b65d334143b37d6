package dev.cairn.spring.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.cairn.metrics.Distribution;
import dev.cairn.metrics.MeterStatistics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import org.jspecify.annotations.Nullable;

/**
 * A meter over one window, as the endpoint shows it. Times are milliseconds; a
 * {@code rate} is a number a second.
 */
final class MeterView {

	/** What a meter may have. */
	static final List<String> NUMBERS = List.of("count", "rate", "min", "max", "mean", "stddev", "p50", "p75", "p95",
			"p98", "p99", "p99.9");

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double PERCENT = 100;

	private static final MathContext DIGITS = new MathContext(5);

	private final MeterStatistics meter;

	private final MeterStatistics.Window window;

	private final double unit;

	MeterView(MeterStatistics meter, Duration window) {
		this.meter = meter;
		this.window = meter.over(window);
		this.unit = (meter.id().getType() == Meter.Type.TIMER) ? NANOS_PER_MILLI : 1;
	}

	String name() {
		return this.meter.id().getName();
	}

	Map<String, String> tags() {
		return tags(this.meter);
	}

	private static Map<String, String> tags(MeterStatistics meter) {
		Map<String, String> tags = new LinkedHashMap<>();
		for (Tag tag : meter.id().getTagsAsIterable()) {
			tags.put(tag.getKey(), tag.getValue());
		}
		return tags;
	}

	/** Return one of the {@link #NUMBERS}, or {@code null} where the meter has none. */
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
		return switch (key) {
			case "min" -> values.min();
			case "max" -> values.max();
			case "mean" -> values.mean();
			case "stddev" -> values.standardDeviation();
			default -> values.percentile(Double.parseDouble(key.substring(1)) / PERCENT);
		} / this.unit;
	}

	/** Return which meter it is, whatever the window. */
	static Map<String, Object> describe(MeterStatistics meter) {
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("name", meter.id().getName());
		view.put("type", meter.id().getType().name().toLowerCase(Locale.ROOT));
		view.put("tags", tags(meter));
		return view;
	}

	Map<String, Object> numbers() {
		Map<String, Object> view = new LinkedHashMap<>();
		for (String key : NUMBERS) {
			Double number = number(key);
			if (number != null) {
				view.put(key, rounded(number));
			}
		}
		return view;
	}

	/** Return the buckets, to be merged with those of other processes. */
	Map<String, Object> buckets() {
		Distribution values = this.window.distribution();
		return (values != null) ? Map.of("sum", values.sum(), "counts", values.counts()) : Map.of();
	}

	/** Whole numbers stay exact. */
	private static Number rounded(double number) {
		return (number == Math.rint(number) && Math.abs(number) < Long.MAX_VALUE) ? (Number) (long) number
				: (Number) new BigDecimal(number).round(DIGITS).doubleValue();
	}

}

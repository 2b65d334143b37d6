package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import io.micrometer.core.instrument.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Parses a condition for meters: a pattern of names such as {@code orders.*}, a tag such
 * as {@code country=de}, or a comparison such as {@code p99>250ms}.
 */
final class MeterCondition {

	private static final Pattern COMPARISON = Pattern.compile("([^<>=!\\s]+)\\s*(>=|<=|!=|>|<|=)\\s*(.*)");

	private static final Pattern NUMBER = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\s*(ns|us|ms|s|m)?");

	private static final Map<String, Duration> UNITS = Map.of("ns", Duration.ofNanos(1), "us", Duration.ofNanos(1000),
			"ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

	private MeterCondition() {
	}

	/** Parses conditions that all have to be met. */
	static Predicate<MeterView> parseAll(List<String> conditions) {
		return conditions.stream().map(MeterCondition::parse).reduce((meter) -> true, Predicate::and);
	}

	private static Predicate<MeterView> parse(String condition) {
		Matcher comparison = COMPARISON.matcher(condition.strip());
		if (!comparison.matches()) {
			NamePattern name = NamePattern.of(condition.strip());
			return (meter) -> name.matches(meter.name());
		}
		String key = comparison.group(1);
		String operator = comparison.group(2);
		String value = comparison.group(3);
		String number = key.toLowerCase(Locale.ROOT);
		return MeterView.NUMBERS.contains(number) ? number(condition, number, operator, value)
				: tag(condition, key, operator, value);
	}

	private static Predicate<MeterView> tag(String condition, String key, String operator, String value) {
		if (!"=".equals(operator) && !"!=".equals(operator)) {
			throw new IllegalArgumentException("'" + condition + "' is not a valid condition: there is no number '"
					+ key + "'; use " + String.join(", ", MeterView.NUMBERS) + ", or compare a tag with = or !=");
		}
		NamePattern pattern = value.isEmpty() ? null : NamePattern.of(value);
		return (meter) -> isTagged(meter.tag(key), pattern) == "=".equals(operator);
	}

	private static boolean isTagged(@Nullable String tag, @Nullable NamePattern pattern) {
		return (pattern != null) ? tag != null && pattern.matches(tag) : tag == null || tag.isEmpty();
	}

	private static Predicate<MeterView> number(String condition, String key, String operator, String value) {
		Matcher number = NUMBER.matcher(value.strip());
		if (!number.matches()) {
			throw new IllegalArgumentException("'" + condition + "' is not a valid condition: '" + value
					+ "' is not a number such as 250, 250ms or 1.5s");
		}
		double amount = Double.parseDouble(number.group(1));
		Duration unit = (number.group(2) != null) ? UNITS.get(number.group(2)) : null;
		double limit = (unit != null) ? TimeUtils.nanosToUnit(amount * unit.toNanos(), TimeUnit.MILLISECONDS) : amount;
		return (meter) -> {
			Double actual = meter.number(key);
			return actual != null && compare(actual, operator, limit);
		};
	}

	private static boolean compare(double number, String operator, double limit) {
		return switch (operator) {
			case ">" -> number > limit;
			case ">=" -> number >= limit;
			case "<" -> number < limit;
			case "<=" -> number <= limit;
			case "=" -> number == limit;
			default -> number != limit;
		};
	}

}

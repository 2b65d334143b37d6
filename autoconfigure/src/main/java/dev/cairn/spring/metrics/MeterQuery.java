package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

/**
 * A question such as {@code orders.* & country=de & p99>250ms}: patterns of names, tags,
 * and comparisons of numbers, all of which have to hold. Times may have a unit, from
 * {@code ns} to {@code m}; without one they are milliseconds. Immutable.
 */
final class MeterQuery {

	private static final Pattern COMPARISON = Pattern.compile("([^<>=!\\s]+)\\s*(>=|<=|!=|>|<|=)\\s*(.*)");

	private static final Pattern NUMBER = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\s*(ns|us|ms|s|m)?");

	private static final Map<String, Duration> UNITS = Map.of("ns", Duration.ofNanos(1), "us", Duration.ofNanos(1000),
			"ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

	private static final double NANOS_PER_MILLI = 1e6;

	private final List<Predicate<MeterView>> conditions = new ArrayList<>();

	/**
	 * Read a question.
	 * @param conditions its parts, which may have several conditions each
	 * @throws IllegalArgumentException when a condition is none
	 */
	MeterQuery(List<String> conditions) {
		for (String part : conditions) {
			for (String condition : part.split("[&,]", -1)) {
				if (!condition.isBlank()) {
					this.conditions.add(read(condition.strip()));
				}
			}
		}
	}

	boolean matches(MeterView meter) {
		return this.conditions.stream().allMatch((condition) -> condition.test(meter));
	}

	private static Predicate<MeterView> read(String condition) {
		Matcher comparison = COMPARISON.matcher(condition);
		if (!comparison.matches()) {
			NamePattern name = NamePattern.of(condition);
			return (meter) -> name.matches(meter.name());
		}
		String key = comparison.group(1);
		String operator = comparison.group(2);
		String value = comparison.group(3);
		if (!MeterView.NUMBERS.contains(key.toLowerCase(Locale.ROOT))) {
			return tag(condition, key, operator, value);
		}
		double limit = number(condition, value);
		return (meter) -> {
			Double number = meter.number(key.toLowerCase(Locale.ROOT));
			return number != null && compare(number, operator, limit);
		};
	}

	private static Predicate<MeterView> tag(String condition, String key, String operator, String value) {
		if (!"=".equals(operator) && !"!=".equals(operator)) {
			throw new IllegalArgumentException("'" + condition + "' is no condition: there is no number '" + key
					+ "', only " + String.join(", ", MeterView.NUMBERS) + "; and a tag is compared by = or !=");
		}
		NamePattern pattern = value.isEmpty() ? null : NamePattern.of(value);
		return (meter) -> isTagged(meter.tags().get(key), pattern) == "=".equals(operator);
	}

	private static boolean isTagged(@Nullable String tag, @Nullable NamePattern pattern) {
		return (pattern != null) ? tag != null && pattern.matches(tag) : tag == null || tag.isEmpty();
	}

	private static double number(String condition, String value) {
		Matcher number = NUMBER.matcher(value.strip());
		if (!number.matches()) {
			throw new IllegalArgumentException(
					"'" + condition + "' is no condition: '" + value + "' is no number, such as 250, 250ms or 1.5s");
		}
		double amount = Double.parseDouble(number.group(1));
		Duration unit = (number.group(2) != null) ? UNITS.get(number.group(2)) : null;
		return (unit != null) ? amount * unit.toNanos() / NANOS_PER_MILLI : amount;
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

package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the conditions of searches: a pattern of names such as {@code orders.*}, a text
 * such as {@code country=de}, or a comparison of a number such as {@code p99>250ms}. The
 * endpoint for meters and the console have the same conditions. Thread-safe.
 */
public final class Conditions {

	private static final Pattern COMPARISON = Pattern.compile("([^<>=!\\s]+)\\s*(>=|<=|!=|>|<|=)\\s*(.*)",
			Pattern.DOTALL);

	private static final Pattern NUMBER = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\s*(ns|us|ms|s|m)?");

	private static final Map<String, Duration> UNITS = Map.of("ns", Duration.ofNanos(1), "us", Duration.ofNanos(1000),
			"ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

	private static final double NANOS_OF_MILLI = 1e6;

	private Conditions() {
	}

	/**
	 * Parses conditions that all have to be met.
	 * @param <T> what is searched
	 * @param conditions the conditions
	 * @param terms what the names in conditions mean
	 * @return the condition
	 * @throws IllegalArgumentException if a condition is not valid, with the reason
	 */
	public static <T> Predicate<T> parseAll(List<String> conditions, Terms<T> terms) {
		return conditions.stream()
			.map((condition) -> parse(condition.strip(), terms))
			.reduce((thing) -> true, Predicate::and);
	}

	private static <T> Predicate<T> parse(String condition, Terms<T> terms) {
		Matcher comparison = COMPARISON.matcher(condition);
		if (!comparison.matches()) {
			NamePattern name = NamePattern.of(condition);
			return (thing) -> name.matches(terms.name(thing));
		}
		String key = comparison.group(1);
		String operator = comparison.group(2);
		String value = comparison.group(3);
		String number = key.toLowerCase(Locale.ROOT);
		return terms.numbers().contains(number) ? number(condition, number, operator, value, terms)
				: text(condition, key, operator, value, terms);
	}

	private static <T> Predicate<T> text(String condition, String key, String operator, String value, Terms<T> terms) {
		if (!"=".equals(operator) && !"!=".equals(operator)) {
			if (terms.hasOtherNumbers()) {
				return number(condition, key, operator, value, terms);
			}
			throw new IllegalArgumentException("'" + condition + "' is not a valid condition: there is no number '"
					+ key + "'; use " + String.join(", ", terms.numbers()) + ", or compare a tag with = or !=");
		}
		NamePattern pattern = value.isEmpty() ? null : NamePattern.of(value);
		return (thing) -> matches(terms.texts(thing, key), pattern) == "=".equals(operator);
	}

	private static boolean matches(Collection<String> texts, @Nullable NamePattern pattern) {
		return (pattern != null) ? texts.stream().anyMatch(pattern::matches) : texts.stream().allMatch(String::isEmpty);
	}

	private static <T> Predicate<T> number(String condition, String key, String operator, String value,
			Terms<T> terms) {
		Matcher number = NUMBER.matcher(value.strip());
		if (!number.matches()) {
			throw new IllegalArgumentException("'" + condition + "' is not a valid condition: '" + value
					+ "' is not a number such as 250, 250ms or 1.5s");
		}
		double amount = Double.parseDouble(number.group(1));
		Duration unit = (number.group(2) != null) ? UNITS.get(number.group(2)) : null;
		double limit = (unit != null) ? amount * unit.toNanos() / NANOS_OF_MILLI : amount;
		return (thing) -> {
			Double actual = terms.number(thing, key);
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

	/**
	 * The meaning of the names in conditions.
	 *
	 * @param <T> what is searched
	 */
	public interface Terms<T> {

		/**
		 * Returns the name that a pattern alone is compared with.
		 * @param thing what is searched
		 * @return the name
		 */
		String name(T thing);

		/**
		 * Returns the texts with a key.
		 * @param thing what is searched
		 * @param key the key
		 * @return the texts; empty if there is none
		 */
		Collection<String> texts(T thing, String key);

		/**
		 * Returns the number with a key; a time is in milliseconds.
		 * @param thing what is searched
		 * @param key the key
		 * @return the number, or {@code null} if there is none
		 */
		@Nullable Double number(T thing, String key);

		/**
		 * Returns the keys that are always numbers.
		 * @return the keys, in lower case
		 */
		List<String> numbers();

		/**
		 * Returns whether other keys may be numbers, too.
		 * @return {@code true} if they can be compared by size
		 */
		default boolean hasOtherNumbers() {
			return false;
		}

	}

}

package dev.cairn.sample.e2e;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A number as the console shows it: rounded, with its unit, or unknown.
 *
 * @param shown the text
 * @param value the number without its unit, durations in milliseconds and shares of 1, or
 * {@code null} if it is unknown
 * @param tolerance how far the number itself can be from the rounded one
 */
record Figure(String shown, @Nullable Double value, double tolerance) {

	/** Not the numbers in words, such as p95. */
	private static final Pattern FIGURE = Pattern
		.compile("(?<![\\w.+])(?:(?<unknown>–)|(?<sign>[<>] )?(?<number>[0-9,]+(?:\\.(?<decimals>[0-9]+))?)"
				+ "(?: (?<unit>%|(?:ms|s|min|h|d)\\b))?)");

	private static final Map<String, Double> UNITS = Map.of("%", 0.01, "ms", 1.0, "s", 1e3, "min", 60e3, "h", 3600e3,
			"d", 86_400e3);

	/**
	 * Return all numbers in a text of the page.
	 * @param text the text
	 * @return the numbers in their order
	 */
	static List<Figure> in(String text) {
		return FIGURE.matcher(text).results().map(Figure::of).toList();
	}

	private static Figure of(MatchResult found) {
		String shown = found.group();
		if (found.group(1) != null) {
			return new Figure(shown, null, 0);
		}
		double unit = (found.group(5) != null) ? UNITS.get(found.group(5)) : 1;
		double value = Double.parseDouble(found.group(3).replace(",", "")) * unit;
		int decimals = (found.group(4) != null) ? found.group(4).length() : 0;
		return new Figure(shown, value, 0.501 * unit / Math.pow(10, decimals));
	}

	/**
	 * Return whether this is what the page has to show of a number.
	 * @param number the number, or {@code null} if it is unknown
	 * @return whether it is
	 */
	boolean isOf(@Nullable Number number) {
		if (this.value == null || number == null) {
			return this.value == null && number == null;
		}
		double exact = number.doubleValue();
		return switch (this.shown.charAt(0)) {
			case '<' -> exact > 0 && exact < this.value;
			case '>' -> exact > this.value;
			default -> Math.abs(exact - this.value) <= this.tolerance;
		};
	}

}

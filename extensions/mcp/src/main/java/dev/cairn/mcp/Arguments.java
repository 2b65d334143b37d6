package dev.cairn.mcp;

import java.util.Map;
import java.util.Set;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call of a tool, which the client may have made up.
 *
 * @param values the values by name
 */
record Arguments(Map<String, ?> values) {

	private static final int MAX_TEXT = 200;

	/** A value is shown in an error up to this length. */
	private static final int MAX_SHOWN = 50;

	/**
	 * Checks that there are no other arguments than those of the tool.
	 * @throws IllegalArgumentException if there is another one
	 */
	void require(Set<String> known) {
		for (String name : this.values.keySet()) {
			if (!known.contains(name)) {
				throw new IllegalArgumentException("There is no argument '" + shown(name) + "'. "
						+ (known.isEmpty() ? "This tool has none." : "Use " + String.join(", ", known) + "."));
			}
		}
	}

	/**
	 * Returns a whole number.
	 * @throws IllegalArgumentException if it is none, or out of range
	 */
	int number(String name, int byDefault, int min, int max) {
		Object value = this.values.get(name);
		if (value == null) {
			return byDefault;
		}
		if (value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())
				&& number.doubleValue() >= min && number.doubleValue() <= max) {
			return number.intValue();
		}
		throw new IllegalArgumentException(
				name + " must be a whole number from " + min + " to " + max + ", but was '" + shown(value) + "'.");
	}

	/**
	 * Returns a text.
	 * @throws IllegalArgumentException if it is none, or too long
	 */
	@Nullable String text(String name) {
		Object value = this.values.get(name);
		if (value == null) {
			return null;
		}
		if (value instanceof String text && !text.isBlank() && text.length() <= MAX_TEXT) {
			return text;
		}
		throw new IllegalArgumentException(
				name + " must be a text of 1 to " + MAX_TEXT + " characters, but was '" + shown(value) + "'.");
	}

	/**
	 * Returns a text that the tool requires.
	 * @throws IllegalArgumentException if it is missing
	 */
	String requiredText(String name) {
		String text = text(name);
		if (text == null) {
			throw new IllegalArgumentException(name + " is required.");
		}
		return text;
	}

	private static String shown(Object value) {
		return Text.cut(Text.of(value), MAX_SHOWN);
	}

}

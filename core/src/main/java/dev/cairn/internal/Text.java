package dev.cairn.internal;

import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Helpers for text.
 */
public final class Text {

	private Text() {
	}

	/**
	 * Returns the beginning of a text. A surrogate pair is never split.
	 * @param text the text
	 * @param length the maximum number of characters
	 * @return the text itself if it is not longer
	 */
	public static String cut(String text, int length) {
		if (text.length() <= length) {
			return text;
		}
		boolean splits = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
		return text.substring(0, splits ? length - 1 : length);
	}

	/**
	 * Returns the text of a value of the application, whose own method may fail.
	 * @param value the value
	 * @return the text, or a placeholder
	 */
	public static String of(@Nullable Object value) {
		try {
			return "" + value;
		}
		catch (Throwable ex) {
			return unprintable(value, ex);
		}
	}

	/**
	 * Returns the placeholder of a value whose text cannot be read.
	 * @param value the value
	 * @param thrown what its method has thrown, which is thrown again if it is fatal
	 * @return the placeholder
	 */
	public static String unprintable(@Nullable Object value, Throwable thrown) {
		Throwables.rethrowFatal(thrown);
		String type = (value != null) ? value.getClass().getName() : "null";
		return "[unprintable " + type + ": " + thrown.getClass().getName() + "]";
	}

	/**
	 * Returns whether a terminal or a reader of lines may interpret a character, or end
	 * the line there.
	 * @param c the character
	 * @return {@code true} for control characters and the separators of Unicode
	 */
	public static boolean isControl(char c) {
		return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
	}

	/**
	 * Returns whether a text contains another one, in time linear in their lengths:
	 * {@link String#contains} takes the product of both for texts that repeat themselves.
	 * @param text the text
	 * @param part what to find
	 * @return {@code true} if it is part of the text
	 */
	public static boolean contains(String text, String part) {
		int[] borders = new int[part.length()];
		for (int i = 1; i < part.length(); i++) {
			borders[i] = next(part, borders, borders[i - 1], part.charAt(i));
		}
		int matched = 0;
		for (int i = 0; i < text.length() && matched < part.length(); i++) {
			matched = next(part, borders, matched, text.charAt(i));
		}
		return matched == part.length();
	}

	/** Returns how much of the part is matched after one more character. */
	private static int next(String part, int[] borders, int matched, char c) {
		int length = matched;
		while (length > 0 && part.charAt(length) != c) {
			length = borders[length - 1];
		}
		return (part.charAt(length) == c) ? length + 1 : 0;
	}

	/**
	 * Returns the Levenshtein distance of two texts.
	 * @param from a text
	 * @param to another text
	 * @return how many characters have to be inserted, removed or replaced
	 */
	public static int distance(String from, String to) {
		int[] row = IntStream.rangeClosed(0, to.length()).toArray();
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[to.length()];
	}

}

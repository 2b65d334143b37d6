package dev.cairn;

import java.util.function.IntPredicate;

/**
 * Finds the quotes and the ends of values in a text that may be JSON with escapes, or
 * keys and values in any other notation.
 */
final class ValueScanner {

	private static final int MAX_BACKSLASHES = 8;

	/** So that many unclosed brackets take linear time. */
	private static final int MAX_UNCLOSED = 4;

	private final String text;

	private int unclosed;

	ValueScanner(String text) {
		this.text = text;
	}

	/**
	 * Returns the double quote, with its escapes, that closes the key; empty if there is
	 * none.
	 */
	String quoteBefore(int separator) {
		int end = back(separator, MAX_BACKSLASHES, (c) -> c == ' ');
		if (end == 0 || this.text.charAt(end - 1) != '"') {
			return "";
		}
		return this.text.substring(startOfBackslashes(end - 1), end);
	}

	/** Returns the quote that opens here, with the backslashes before it. */
	String quoteAt(int start) {
		int i = start;
		while (i < this.text.length() && i - start < MAX_BACKSLASHES && this.text.charAt(i) == '\\') {
			i++;
		}
		return isQuote(i) ? this.text.substring(start, i + 1) : "";
	}

	int endOfQuoted(int start, String quote) {
		char mark = quote.charAt(quote.length() - 1);
		int escapes = quote.length() - 1;
		int i = start;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			if (escapes == 0 && c == '\\') {
				i += 2;
				continue;
			}
			if (c == '\'' && c == mark && escapes == 0 && this.text.startsWith("''", i) && i > start) {
				// As in SQL
				i += 2;
				continue;
			}
			if (c == mark && (escapes == 0 || i - Math.max(start, startOfBackslashes(i)) == escapes)) {
				return i - escapes;
			}
			i++;
		}
		return this.text.length();
	}

	/** Returns where the object or list that opens here is closed, or -1. */
	int endOfStructure(int start) {
		int depth = 0;
		int i = start;
		while (this.unclosed < MAX_UNCLOSED && i < this.text.length()) {
			char c = this.text.charAt(i);
			if (c == '{' || c == '[') {
				depth++;
			}
			else if ((c == '}' || c == ']') && --depth == 0) {
				return i + 1;
			}
			String quote = (c == '"' || c == '\\') ? quoteAt(i) : "";
			i = quote.endsWith("\"") ? endOfQuoted(i + quote.length(), quote) + quote.length() : i + 1;
		}
		this.unclosed++;
		return -1;
	}

	/** The backslash before a quote belongs to the quote. */
	int withoutBackslashes(int start, int end) {
		return isQuote(end) ? Math.max(start, startOfBackslashes(end)) : end;
	}

	private int startOfBackslashes(int end) {
		return back(end, MAX_BACKSLASHES, (c) -> c == '\\');
	}

	boolean isQuote(int i) {
		return i < this.text.length() && (this.text.charAt(i) == '"' || this.text.charAt(i) == '\'');
	}

	/** Goes back over at most the given number of characters. */
	int back(int end, int limit, IntPredicate over) {
		int start = end;
		while (start > 0 && end - start < limit && over.test(this.text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	int forward(int start, IntPredicate to) {
		int end = start;
		while (end < this.text.length() && !to.test(this.text.charAt(end))) {
			end++;
		}
		return end;
	}

}

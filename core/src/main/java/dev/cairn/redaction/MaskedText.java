package dev.cairn.redaction;

import java.util.function.IntPredicate;

import org.jspecify.annotations.Nullable;

/**
 * A text that is read, and whose secrets are replaced, from left to right.
 */
final class MaskedText {

	/** The maximum number of quotes, escapes and spaces that are skipped at once. */
	static final int MAX_QUOTES = 8;

	static final int MAX_KEY_LENGTH = 64;

	static final int MAX_INDENT = 200;

	private static final int MAX_BLANK_LINES = 3;

	/** Bounds the time that unclosed brackets take. */
	private static final int MAX_UNCLOSED = 4;

	private final String text;

	/** Created when there is something to mask, which is rare. */
	private @Nullable StringBuilder out;

	private int copied;

	private int unclosed;

	MaskedText(String text) {
		this.text = text;
	}

	int length() {
		return this.text.length();
	}

	/** Returns a character that no rule has outside of the text. */
	char at(int i) {
		return (i >= 0 && i < this.text.length()) ? this.text.charAt(i) : '\0';
	}

	boolean isAt(int i, String part) {
		return this.text.startsWith(part, i);
	}

	boolean isAtIgnoringCase(int i, String part) {
		return this.text.regionMatches(true, i, part, 0, part.length());
	}

	boolean isOneOf(String characters, int i) {
		return i >= 0 && i < this.text.length() && characters.indexOf(this.text.charAt(i)) >= 0;
	}

	/** Returns whether a position is at the end of a line, or of the text. */
	boolean isEndOfLine(int i) {
		return i >= this.text.length() || this.text.charAt(i) == '\n' || this.text.charAt(i) == '\r';
	}

	boolean isStartOfWord(int i) {
		return i == 0 || !Character.isLetterOrDigit(this.text.charAt(i - 1));
	}

	static boolean isPartOfKey(int c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
	}

	String part(int start, int end) {
		return this.text.substring(start, end);
	}

	int indexOf(String part, int start) {
		return this.text.indexOf(part, start);
	}

	int forward(int start, IntPredicate to) {
		int end = start;
		while (end < this.text.length() && !to.test(this.text.charAt(end))) {
			end++;
		}
		return end;
	}

	int forwardOver(int start, int limit, IntPredicate over) {
		int end = start;
		while (end < this.text.length() && end - start < limit && over.test(this.text.charAt(end))) {
			end++;
		}
		return end;
	}

	/** Goes back over at most the given number of characters. */
	int back(int end, int limit, IntPredicate over) {
		int start = end;
		while (start > 0 && end - start < limit && over.test(this.text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	/** Returns where the next line begins behind its indentation. */
	int startOfNextLine(int lineEnd) {
		int start = lineEnd;
		for (int lines = 0; lines < MAX_BLANK_LINES && start < length() && isEndOfLine(start); lines++) {
			start = forwardOver(isAt(start, "\r\n") ? start + 2 : start + 1, MAX_INDENT, MaskedText::isSpace);
		}
		return start;
	}

	int indentBefore(int start) {
		return start - back(start, MAX_INDENT, MaskedText::isSpace);
	}

	static boolean isSpace(int c) {
		return c == ' ' || c == '\t';
	}

	int startOfKey(int end) {
		return back(end, MAX_KEY_LENGTH, MaskedText::isPartOfKey);
	}

	/**
	 * Returns the double quote, with its escapes, that closes the key; empty if there is
	 * none.
	 */
	String quoteBefore(int separator) {
		int end = back(separator, MAX_QUOTES, (c) -> c == ' ');
		return (at(end - 1) == '"') ? this.text.substring(startOfBackslashes(end - 1), end) : "";
	}

	/** Returns the quote that opens here, with the backslashes before it. */
	String quoteAt(int start) {
		int i = forwardOver(start, MAX_QUOTES, (c) -> c == '\\');
		return isOneOf("\"'", i) ? this.text.substring(start, i + 1) : "";
	}

	int endOfQuoted(int start, String quote) {
		char mark = quote.charAt(quote.length() - 1);
		int escapes = quote.length() - 1;
		int i = start;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			// Two single quotes are one, as in SQL
			boolean doubled = escapes == 0 && c == '\'' && c == mark && at(i + 1) == c && i > start;
			if (doubled || (escapes == 0 && c == '\\')) {
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
		return isOneOf("\"'", end) ? Math.max(start, startOfBackslashes(end)) : end;
	}

	private int startOfBackslashes(int end) {
		return back(end, MAX_QUOTES, (c) -> c == '\\');
	}

	boolean isMasked(int start) {
		return isAt(start, Redactor.MASK);
	}

	/** Masks a part and returns its end. */
	int mask(int start, int end) {
		return replace(start, end, Redactor.MASK);
	}

	int replace(int start, int end, String replacement) {
		if (this.out == null) {
			this.out = new StringBuilder(this.text.length());
		}
		this.out.append(this.text, this.copied, start).append(replacement);
		this.copied = end;
		return end;
	}

	/** The end of the last part that was replaced. */
	int endOfReplaced() {
		return this.copied;
	}

	/** Returns the same object if nothing was replaced. */
	@Override
	public String toString() {
		return (this.out != null) ? this.out.append(this.text, this.copied, this.text.length()).toString() : this.text;
	}

}

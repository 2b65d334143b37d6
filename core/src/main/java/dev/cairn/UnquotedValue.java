package dev.cairn;

import java.util.Locale;

import dev.cairn.RedactionRules.KeyKind;

/**
 * The value of a sensitive key in text, which ends where another key begins, at the end
 * of the line, or at a bracket or quote that was not opened in it.
 */
final class UnquotedValue {

	/**
	 * A password of this length with letters and digits is generated: it has no spaces.
	 */
	private static final int GENERATED_LENGTH = 12;

	private final String text;

	private final KeyKind kind;

	private final char separator;

	private final int start;

	private final boolean query;

	private int brackets;

	private boolean spaces;

	UnquotedValue(String text, KeyKind kind, char separator, int start, boolean query) {
		this.text = text;
		this.kind = kind;
		this.separator = separator;
		this.start = start;
		this.query = query;
	}

	int end() {
		int i = this.start;
		while (i < this.text.length() && !isEnd(i)) {
			boolean quoted = this.kind == KeyKind.HEADER && this.text.startsWith("=\"", i);
			i = quoted ? endOfQuoted(i + 2) : i + 1;
		}
		return i;
	}

	/** A quote behind an equals sign belongs to the cookie. */
	private int endOfQuoted(int from) {
		int end = from;
		while (end < this.text.length() && "\n\r\"".indexOf(this.text.charAt(end)) < 0) {
			end++;
		}
		boolean closed = end < this.text.length() && this.text.charAt(end) == '"';
		return closed ? end + 1 : from - 1;
	}

	private boolean isEnd(int i) {
		char c = this.text.charAt(i);
		return switch (c) {
			case '\n', '\r' -> true;
			case '"', '\'' -> isDelimiter(i + 1) || (i > 0 && this.text.charAt(i - 1) == '\\');
			case '{', '[', '(' -> {
				this.brackets++;
				yield false;
			}
			case '}', ']', ')' -> --this.brackets < 0 && isDelimiter(i + 1);
			case '<' -> this.text.startsWith("</", i);
			case '#' -> this.query;
			case ' ', '\t' -> this.query || isEndAtSpace(i);
			case ',', ';', '&', '|' -> isEndAtSeparator(i);
			default -> false;
		};
	}

	private boolean isDelimiter(int i) {
		return i >= this.text.length() || !Character.isLetterOrDigit(this.text.charAt(i));
	}

	private boolean isEndAtSpace(int i) {
		return switch (this.kind) {
			case HEADER -> false;
			case TOKEN -> !isScheme(i);
			default -> {
				boolean end = isGenerated(i) || isKeyAt(i + 1, false);
				this.spaces = true;
				yield end;
			}
		};
	}

	private boolean isScheme(int end) {
		return end - this.start <= GENERATED_LENGTH
				&& RedactionRules.INSTANCE.isScheme(this.text.substring(this.start, end).toLowerCase(Locale.ROOT));
	}

	private boolean isGenerated(int end) {
		boolean digits = false;
		boolean letters = false;
		for (int i = this.start; i < Math.min(end, this.start + SecretScan.MAX_KEY_LENGTH); i++) {
			digits |= Character.isDigit(this.text.charAt(i));
			letters |= Character.isLetter(this.text.charAt(i));
		}
		return end - this.start >= GENERATED_LENGTH && digits && letters && !this.spaces;
	}

	private boolean isEndAtSeparator(int i) {
		char c = this.text.charAt(i);
		boolean last = i + 1 >= this.text.length() || this.text.charAt(i + 1) == '\n';
		boolean spaceFollows = last || this.text.charAt(i + 1) <= ' ';
		if (this.kind == KeyKind.HEADER) {
			return c == ',' && isKeyAt(i + 1, false);
		}
		return last || isKeyAt(i + 1, true) || (spaceFollows && (this.kind == KeyKind.TOKEN || isGenerated(i)));
	}

	/** Returns whether the name of another value follows. */
	private boolean isKeyAt(int from, boolean anySeparator) {
		int i = from;
		while (i < this.text.length() && i - from < SecretScan.MAX_QUOTES
				&& " \"'\\".indexOf(this.text.charAt(i)) >= 0) {
			i++;
		}
		int start = i;
		while (i < this.text.length() && i - start < SecretScan.MAX_KEY_LENGTH
				&& SecretScan.isPartOfKey(this.text.charAt(i))) {
			i++;
		}
		int end = i;
		while (i < this.text.length() && i - end < SecretScan.MAX_QUOTES
				&& "\"'\\ ".indexOf(this.text.charAt(i)) >= 0) {
			i++;
		}
		if (end == start || i >= this.text.length()) {
			return false;
		}
		char c = this.text.charAt(i);
		boolean valueIsQuoted = i + 1 < this.text.length() && this.text.charAt(i + 1) == '"';
		if (this.kind == KeyKind.HEADER && c == '=' && valueIsQuoted) {
			return false;
		}
		return c == this.separator || (anySeparator && (c == '=' || c == ':'));
	}

}

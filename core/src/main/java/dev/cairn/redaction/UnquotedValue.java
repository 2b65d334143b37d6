package dev.cairn.redaction;

import java.util.Locale;

import dev.cairn.redaction.RedactionRules.KeyKind;

/**
 * The value of a sensitive key in text, which ends where another key begins, at the end
 * of the line, or at a bracket or quote that was not opened in it. It may be indented
 * below its key, as in YAML and in folded headers.
 */
final class UnquotedValue {

	/**
	 * A secret of this length with letters and digits is generated: it has no spaces.
	 */
	private static final int GENERATED_LENGTH = 12;

	/** The maximum number of words behind the first one of a token. */
	private static final int MAX_TOKEN_WORDS = 2;

	private static final int MAX_SENTENCE_WORDS = 8;

	/** An indicator, the indentation and what is kept at the end. */
	private static final int MAX_BLOCK_HEADER = 3;

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private final MaskedText text;

	private final KeyKind kind;

	private final int separator;

	private final boolean query;

	/** Whether the key is that of an option, whose value has no spaces. */
	private final boolean option;

	private int start;

	private int brackets;

	private boolean spaces;

	/** The indentation of the key, -1 before it is known. */
	private int indent = -1;

	/** Whether the value is below its key. */
	private boolean block;

	UnquotedValue(MaskedText text, KeyKind kind, int separator, boolean query, boolean option) {
		this.text = text;
		this.kind = kind;
		this.separator = separator;
		this.query = query;
		this.option = option;
	}

	/** Returns where the value begins, given what follows the separator. */
	int start(int from) {
		boolean scalar = this.text.isOneOf("|>", from);
		int lineEnd = this.text.forwardOver(from, MAX_BLOCK_HEADER,
				(c) -> "|>-+".indexOf(c) >= 0 || (scalar && c >= '1' && c <= '9'));
		if (this.text.at(this.separator) == ':' && this.text.isEndOfLine(lineEnd) && isIndentedBelow(lineEnd)) {
			int first = this.text.startOfNextLine(lineEnd);
			int item = this.text.isAt(first, "- ") ? first + 2 : first;
			boolean secret = this.kind == KeyKind.HEADER || (isKeyFirstInLine() && !isSentence(item));
			this.block = secret && !isKeyAt(item, false);
			return this.block ? item : from;
		}
		return from;
	}

	private boolean isKeyFirstInLine() {
		int key = this.text.back(this.separator, MaskedText.MAX_INDENT, (c) -> c == ' ' || c == '"' || c == '\'');
		key = this.text.startOfKey(key);
		int before = this.text.back(key, MaskedText.MAX_INDENT, (c) -> " \t\"'-".indexOf(c) >= 0);
		return before == 0 || this.text.isEndOfLine(before - 1);
	}

	/** Returns whether the next line is indented more, and no frame of a stack trace. */
	private boolean isIndentedBelow(int lineEnd) {
		int next = this.text.startOfNextLine(lineEnd);
		return next < this.text.length() && !this.text.isEndOfLine(next) && this.text.indentBefore(next) > indentOfKey()
				&& !this.text.isAt(next, "at ") && !this.text.isAt(next, "... ");
	}

	private int indentOfKey() {
		if (this.indent < 0) {
			int line = this.text.back(this.separator, MaskedText.MAX_INDENT, (c) -> c != '\n' && c != '\r');
			this.indent = this.text.forwardOver(line, MaskedText.MAX_INDENT, MaskedText::isSpace) - line;
		}
		return this.indent;
	}

	int end(int from) {
		this.start = from;
		if ("{[".indexOf(this.text.at(from)) >= 0) {
			int end = this.text.endOfStructure(from);
			return (end > 0) ? end : this.text.forward(from, (c) -> c == '\n' || c == '\r');
		}
		int i = from;
		while (i < this.text.length() && !isEnd(i)) {
			boolean quoted = this.kind == KeyKind.HEADER && this.text.isAt(i, "=\"");
			i = quoted ? endOfQuoted(i + 2) : i + 1;
		}
		return this.text.withoutBackslashes(from, i);
	}

	/** A quote behind an equals sign belongs to the cookie. */
	private int endOfQuoted(int from) {
		int end = this.text.forward(from, (c) -> c == '\n' || c == '\r' || c == '"');
		return (this.text.at(end) == '"') ? end + 1 : from - 1;
	}

	private boolean isEnd(int i) {
		char c = this.text.at(i);
		return switch (c) {
			case '\n', '\r' -> !isContinued(i);
			case '"', '\'' -> isDelimiter(i + 1) || this.text.at(i - 1) == '\\';
			case '{', '[', '(' -> {
				this.brackets++;
				yield false;
			}
			case '}', ']', ')' -> --this.brackets < 0 && isDelimiter(i + 1);
			case '<' -> this.text.isAt(i, "</");
			case '#' -> this.query;
			case ' ', '\t' -> this.query || this.option || isEndAtSpace(i);
			case ',', ';', '&', '|' -> isEndAtSeparator(i);
			default -> false;
		};
	}

	private boolean isContinued(int i) {
		boolean folded = this.block || (this.kind == KeyKind.HEADER && this.text.at(this.separator) == ':');
		return folded && (this.text.isAt(i - 1, "\r\n")
				|| (isIndentedBelow(i) && !isKeyAt(this.text.startOfNextLine(i), false)));
	}

	private boolean isDelimiter(int i) {
		return !Character.isLetterOrDigit(this.text.at(i));
	}

	private boolean isEndAtSpace(int i) {
		if (this.kind == KeyKind.HEADER || this.block) {
			return false;
		}
		boolean end = isGenerated(i);
		if (this.kind == KeyKind.TOKEN) {
			end = !isScheme(i) && (end || !isTokenContinuedAt(i + 1));
		}
		else {
			end = end || isKeyAt(i + 1, false) || isOptionAt(i + 1);
		}
		this.spaces = true;
		return end;
	}

	private boolean isOptionAt(int i) {
		return this.text.at(i) == '-' && Character.isLetter(this.text.at(i + 1));
	}

	private boolean isScheme(int end) {
		return end - this.start <= GENERATED_LENGTH
				&& RULES.schemes.contains(this.text.part(this.start, end).toLowerCase(Locale.ROOT));
	}

	private boolean isGenerated(int end) {
		boolean digits = false;
		boolean letters = false;
		for (int i = this.start; i < Math.min(end, this.start + MaskedText.MAX_KEY_LENGTH); i++) {
			digits |= Character.isDigit(this.text.at(i));
			letters |= Character.isLetter(this.text.at(i));
		}
		return end - this.start >= GENERATED_LENGTH && digits && letters && !this.spaces;
	}

	/** A few words at the end may be part of a token, unless they are a sentence. */
	private boolean isTokenContinuedAt(int from) {
		int i = from;
		for (int words = 0; words < MAX_TOKEN_WORDS; words++) {
			int end = this.text.forwardOver(i, MaskedText.MAX_KEY_LENGTH, UnquotedValue::isPartOfToken);
			if (isKeyAt(i, true)) {
				return words > 0;
			}
			if (end == i || RULES.isOfSentence(this.text.part(i, end))) {
				return false;
			}
			if (this.text.isEndOfLine(end) || ",;&|)}]\"'".indexOf(this.text.at(end)) >= 0) {
				return true;
			}
			if (this.text.at(end) != ' ') {
				return false;
			}
			i = end + 1;
		}
		return false;
	}

	private static boolean isPartOfToken(int c) {
		return Character.isLetterOrDigit(c) || "-._~+/=".indexOf(c) >= 0;
	}

	/** Returns whether one of the next words is one of a sentence. */
	private boolean isSentence(int from) {
		int end = from - 1;
		boolean found = false;
		for (int words = 0; words < MAX_SENTENCE_WORDS && !found
				&& (words == 0 || !this.text.isEndOfLine(end)); words++) {
			int word = end + 1;
			end = this.text.forwardOver(word, MaskedText.MAX_KEY_LENGTH, Character::isLetterOrDigit);
			found = RULES.isOfSentence(this.text.part(word, end));
		}
		return found;
	}

	private boolean isEndAtSeparator(int i) {
		if (this.kind == KeyKind.HEADER) {
			return this.text.at(i) == ',' && isKeyAt(i + 1, false);
		}
		boolean last = i + 1 >= this.text.length() || this.text.at(i + 1) == '\n';
		boolean spaceFollows = this.text.at(i + 1) <= ' ';
		return last || isKeyAt(i + 1, true) || (spaceFollows && (this.kind == KeyKind.TOKEN || isGenerated(i)));
	}

	/** Returns whether the name of another value follows. */
	private boolean isKeyAt(int from, boolean anySeparator) {
		int key = this.text.forwardOver(from, MaskedText.MAX_QUOTES, (c) -> " \"'\\".indexOf(c) >= 0);
		int end = this.text.forwardOver(key, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
		int i = this.text.forwardOver(end, MaskedText.MAX_QUOTES, (c) -> "\"'\\ ".indexOf(c) >= 0);
		if (end == key || i >= this.text.length()) {
			return false;
		}
		char c = this.text.at(i);
		boolean ofHeader = this.kind == KeyKind.HEADER && c == '=' && this.text.at(i + 1) == '"';
		return !ofHeader && (c == this.text.at(this.separator) || (anySeparator && (c == '=' || c == ':')));
	}

}

package dev.cairn.redaction;

import java.util.Locale;
import java.util.Set;

import dev.cairn.redaction.RedactionRules.KeyKind;

/**
 * Masks the values of sensitive keys in text that is no JSON: {@code key=value},
 * {@code "key": "value"}, {@code name=key, value=...}, and XML elements.
 */
final class KeyedValues {

	private static final int MAX_ELEMENT = 200;

	/** So much of a value is compared with messages. */
	private static final int MAX_MESSAGE = 32;

	/** How far the two members of a pair may be apart. */
	private static final int MAX_PAIR = 200;

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final Set<String> NAMES_OF_PAIRS = Set.of("name", "key", "header", "field");

	private static final int LONGEST_NAME = 6;

	private static final Set<String> VALUES_OF_PAIRS = Set.of("value", "val");

	private static final String CDATA = "<![CDATA[";

	private static final String END_OF_CDATA = "]]>";

	private final MaskedText text;

	private final SensitiveKeys keys;

	/** The last key, unless it is one of a connection, and the separator behind it. */
	private String key = "";

	private int separator;

	/** The separator behind the last name of a pair, -1 if there was none. */
	private int pair = -1;

	KeyedValues(MaskedText text, SensitiveKeys keys) {
		this.text = text;
		this.keys = keys;
	}

	/** Returns whether the key is the first member of a pair with a {@code value}. */
	static boolean isNameOfPair(String key) {
		return key.length() <= LONGEST_NAME && NAMES_OF_PAIRS.contains(key.toLowerCase(Locale.ROOT));
	}

	static boolean isValueOfPair(String key) {
		return key.length() <= LONGEST_NAME && VALUES_OF_PAIRS.contains(key.toLowerCase(Locale.ROOT));
	}

	/** Masks the value behind a separator, and returns the position to go on at. */
	int maskAssigned(int separator, boolean query) {
		KeyKind kind = kindOfKeyBefore(separator);
		return (kind != KeyKind.HARMLESS) ? maskValue(kind, separator, separator + 1, query) : separator + 1;
	}

	private KeyKind kindOfKeyBefore(int separator) {
		int end = separator;
		int start = end;
		boolean index = true;
		while (index) {
			end = this.text.back(start, MaskedText.MAX_QUOTES, (c) -> "\"'\\ \t][".indexOf(c) >= 0);
			start = this.text.startOfKey(end);
			index = end > start && this.text.at(start - 1) == '['
					&& this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, Character::isDigit) >= end;
		}
		if (this.keys.isShort(end - start)) {
			return KeyKind.HARMLESS;
		}
		String key = this.text.part(start, end);
		this.separator = separator;
		this.key = (this.text.at(start - 1) != ';') ? key : "";
		if (isNameOfPair(key)) {
			this.pair = separator;
		}
		else if (isValueOfPair(key) && this.pair >= 0 && separator - this.pair < MAX_PAIR) {
			KeyKind kind = kindOfPair();
			this.pair = -1;
			return kind;
		}
		else if (isValueOfPair(key)) {
			this.pair = nameBehind(separator);
			KeyKind kind = (this.pair >= 0) ? kindOfPair() : KeyKind.HARMLESS;
			this.pair = -1;
			return kind;
		}
		if (isHarmlessBehind(start, key)) {
			return KeyKind.HARMLESS;
		}
		if (this.text.at(start - 1) == ' ' && this.keys.dependsOnContext(key)) {
			int first = this.text.startOfKey(start - 1);
			first = (this.text.at(first - 1) == ' ') ? this.text.startOfKey(first - 1) : first;
			return this.keys.ofPhrase(this.text.part(first, end));
		}
		return this.keys.of(key);
	}

	/** As in "unexpected token". */
	private boolean isHarmlessBehind(int start, String key) {
		return this.text.at(start - 1) == ' ' && this.keys.of(key) != KeyKind.HARMLESS && RULES.harmlessPhrases
			.contains(this.text.part(this.text.startOfKey(start - 1), start - 1).toLowerCase(Locale.ROOT));
	}

	/**
	 * Returns the separator behind the name of a pair whose value is before it, or -1.
	 */
	private int nameBehind(int separator) {
		int value = this.text.forwardOver(separator + 1, MaskedText.MAX_QUOTES, (c) -> c == ' ' || c == '\\');
		char quote = this.text.isOneOf("\"'", value) ? this.text.at(value) : ',';
		int end = this.text.forwardOver(value + 1, MAX_PAIR,
				(c) -> c != quote && c != '\n' && (quote != ',' || c != '='));
		int key = this.text.forwardOver(end, MaskedText.MAX_QUOTES, (c) -> " \"'\\,".indexOf(c) >= 0);
		int endOfKey = this.text.forwardOver(key, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
		int name = this.text.forwardOver(endOfKey, MaskedText.MAX_QUOTES, (c) -> " \"'\\".indexOf(c) >= 0);
		boolean found = this.text.isOneOf("=:", name) && isNameOfPair(this.text.part(key, endOfKey));
		return found ? name : -1;
	}

	private KeyKind kindOfPair() {
		int start = this.text.forwardOver(this.pair + 1, MaskedText.MAX_QUOTES, (c) -> " \"'\\\n".indexOf(c) >= 0);
		int end = this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
		return this.keys.of(this.text.part(start, end));
	}

	/** Masks the value that begins at or behind a position. */
	int maskValue(KeyKind kind, int separator, int from, boolean query) {
		int start = this.text.forward(from, (c) -> c != ' ' && c != '\t' && c != '=' && c != '>');
		if (isOtherKeyAt(start, separator)) {
			return start;
		}
		boolean option = this.text.at(separator) != '-' && this.text.at(this.text.startOfKey(separator)) == '-';
		UnquotedValue value = new UnquotedValue(this.text, kind, separator, query, option);
		int first = value.start(start);
		String quote = this.text.quoteAt(first);
		if (!quote.isEmpty()) {
			int content = first + quote.length();
			int end = this.text.endOfQuoted(content, quote);
			boolean secret = end > content && !isHarmless(kind, separator, content, end, true);
			return secret ? this.text.mask(content, end) : content;
		}
		if (this.text.isMasked(first)) {
			return first + Redactor.MASK.length();
		}
		int end = value.end(first);
		if (end <= first) {
			return separator + 1;
		}
		if (isHarmless(kind, separator, first, end, false)) {
			return first;
		}
		String keyQuote = this.text.quoteBefore(separator);
		return this.text.replace(first, end, keyQuote + Redactor.MASK + keyQuote);
	}

	private boolean isHarmless(KeyKind kind, int separator, int start, int end, boolean quoted) {
		int word = this.text.forwardOver(start, MAX_MESSAGE, Character::isLetter);
		if (word > start && !RULES.isFirstOfHarmless(this.text.part(start, word))) {
			return false;
		}
		String key = (separator == this.separator) ? this.key : "";
		if (this.text.at(start) == '/') {
			return RULES.paths.contains(key);
		}
		if (Character.isDigit(this.text.at(start)) && (kind == KeyKind.PASSWORD || !mayBeCount(start, key))) {
			return false;
		}
		int behind = quoted ? end : Math.min(start + MAX_MESSAGE, this.text.length());
		return this.keys.isHarmlessValue(kind, key, this.text.part(start, Math.min(end, start + MAX_MESSAGE)),
				this.text.part(start, Math.min(behind, start + MAX_MESSAGE)));
	}

	/** Returns whether the key may be a plural, or the first letter of a unit follows. */
	private boolean mayBeCount(int start, String key) {
		int end = this.text.forwardOver(start, MAX_MESSAGE, Character::isDigit);
		int unit = (this.text.at(end) == ' ') ? end + 1 : end;
		return this.text.isOneOf("dhmswy", unit) || key.endsWith("s") || key.endsWith("S");
	}

	/** As in {@code Bad credentials: Authorization: ...}. */
	private boolean isOtherKeyAt(int start, int separator) {
		int end = this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, (c) -> Character.isLetter(c) || c == '-');
		return start > separator + 1 && this.text.at(end) == ':'
				&& this.keys.of(this.text.part(start, end)) != KeyKind.HARMLESS;
	}

	/** Masks the text of an XML element, which may have a prefix and attributes. */
	int maskElement(int close) {
		if (this.text.isAt(close - 2, " -")) {
			KeyKind kind = kindOfKeyBefore(close - 1);
			return (kind != KeyKind.HARMLESS) ? maskValue(kind, close - 1, close + 1, false) : close + 1;
		}
		int open = this.text.back(close, MAX_ELEMENT, (c) -> c != '<' && c != '>');
		if (this.text.at(open - 1) != '<' || this.text.at(close - 1) == '/') {
			return close + 1;
		}
		int end = endOfName(open);
		int name = (this.text.at(end) == ':') ? end + 1 : open;
		String key = this.text.part(name, endOfName(name));
		KeyKind kind = kindOfElement(open, key);
		if (isNameOfPair(key)) {
			this.pair = close;
		}
		if (kind == KeyKind.HARMLESS) {
			return close + 1;
		}
		boolean data = this.text.isAt(close + 1, CDATA);
		int start = data ? close + 1 + CDATA.length() : close + 1;
		int endOfText = data ? this.text.indexOf(END_OF_CDATA, start) : this.text.forward(start, (c) -> c == '<');
		int last = (endOfText >= 0) ? endOfText : this.text.length();
		boolean blank = this.text.forward(start, (c) -> c > ' ') >= last;
		this.pair = (blank && this.keys.of(key) != KeyKind.HARMLESS) ? name - 1 : this.pair;
		String value = this.text.part(start, Math.min(last, start + MAX_MESSAGE));
		return (blank || this.text.isMasked(start) || this.keys.isHarmlessValue(kind, key, value, value)) ? start
				: this.text.mask(start, last);
	}

	private KeyKind kindOfElement(int open, String name) {
		KeyKind kind = this.keys.of(name);
		boolean named = this.pair > open || (isValueOfPair(name) && this.pair >= 0 && open - this.pair < MAX_PAIR);
		if (kind == KeyKind.HARMLESS && named) {
			kind = kindOfPair();
			this.pair = isValueOfPair(name) ? -1 : this.pair;
		}
		return kind;
	}

	private int endOfName(int start) {
		return this.text.forwardOver(start, MAX_ELEMENT, MaskedText::isPartOfKey);
	}

}

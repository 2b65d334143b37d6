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

	/** How far the two members of a pair may be apart. */
	private static final int MAX_PAIR = 200;

	private static final Set<String> NAMES_OF_PAIRS = Set.of("name", "key", "header", "field");

	private static final int LONGEST_NAME = 6;

	private static final String VALUE_OF_PAIR = "value";

	private static final String CDATA = "<![CDATA[";

	private static final String END_OF_CDATA = "]]>";

	private final MaskedText text;

	private final SensitiveKeys keys;

	/** The separator behind the last name of a pair, 0 if there was none. */
	private int pair;

	KeyedValues(MaskedText text, SensitiveKeys keys) {
		this.text = text;
		this.keys = keys;
	}

	/** Returns whether the key is the first member of a pair with a {@code value}. */
	static boolean isNameOfPair(String key) {
		return key.length() <= LONGEST_NAME && NAMES_OF_PAIRS.contains(key.toLowerCase(Locale.ROOT));
	}

	static boolean isValueOfPair(String key) {
		return VALUE_OF_PAIR.equalsIgnoreCase(key);
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
		if (isNameOfPair(key)) {
			this.pair = separator;
		}
		else if (isValueOfPair(key) && this.pair > 0 && separator - this.pair < MAX_PAIR) {
			KeyKind kind = kindOfPair();
			this.pair = 0;
			return kind;
		}
		if (this.text.at(start - 1) == ' ' && this.keys.dependsOnContext(key)) {
			int first = this.text.startOfKey(start - 1);
			first = (this.text.at(first - 1) == ' ') ? this.text.startOfKey(first - 1) : first;
			return this.keys.ofPhrase(this.text.part(first, end));
		}
		return this.keys.of(key);
	}

	private KeyKind kindOfPair() {
		int start = this.text.forwardOver(this.pair + 1, MaskedText.MAX_QUOTES, (c) -> " \"'\\".indexOf(c) >= 0);
		int end = this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, MaskedText::isPartOfKey);
		return this.keys.of(this.text.part(start, end));
	}

	/** Masks the value that begins at or behind a position. */
	int maskValue(KeyKind kind, int separator, int from, boolean query) {
		int start = this.text.forward(from, (c) -> c != ' ' && c != '\t' && c != '=' && c != '>');
		if (isOtherKeyAt(start, separator)) {
			return start;
		}
		boolean option = this.text.at(this.text.startOfKey(separator)) == '-';
		UnquotedValue value = new UnquotedValue(this.text, kind, separator, query, option);
		int first = value.start(start);
		String quote = this.text.quoteAt(first);
		if (!quote.isEmpty()) {
			int content = first + quote.length();
			int end = this.text.endOfQuoted(content, quote);
			return (end > content) ? this.text.mask(content, end) : content;
		}
		if (this.text.isMasked(first)) {
			return first + Redactor.MASK.length();
		}
		int end = value.end(first);
		if (end <= first) {
			return separator + 1;
		}
		String keyQuote = this.text.quoteBefore(separator);
		return this.text.replace(first, end, keyQuote + Redactor.MASK + keyQuote);
	}

	/** As in {@code Bad credentials: Authorization: ...}. */
	private boolean isOtherKeyAt(int start, int separator) {
		int end = this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, (c) -> Character.isLetter(c) || c == '-');
		return start > separator + 1 && this.text.at(end) == ':'
				&& this.keys.of(this.text.part(start, end)) != KeyKind.HARMLESS;
	}

	/** Masks the text of an XML element, which may have a prefix and attributes. */
	int maskElement(int close) {
		int open = this.text.back(close, MAX_ELEMENT, (c) -> c != '<' && c != '>');
		if (this.text.at(open - 1) != '<' || this.text.at(close - 1) == '/') {
			return close + 1;
		}
		int end = endOfName(open);
		int name = (this.text.at(end) == ':') ? end + 1 : open;
		if (kindOfElement(open, this.text.part(name, endOfName(name))) == KeyKind.HARMLESS) {
			return close + 1;
		}
		boolean data = this.text.isAt(close + 1, CDATA);
		int start = data ? close + 1 + CDATA.length() : close + 1;
		int endOfText = data ? this.text.indexOf(END_OF_CDATA, start) : this.text.forward(start, (c) -> c == '<');
		int last = (endOfText >= 0) ? endOfText : this.text.length();
		boolean blank = this.text.forward(start, (c) -> c > ' ') >= last;
		return (blank || this.text.isMasked(start)) ? start : this.text.mask(start, last);
	}

	private KeyKind kindOfElement(int open, String name) {
		KeyKind kind = this.keys.of(name);
		boolean named = this.pair > open || (isValueOfPair(name) && this.pair > 0 && open - this.pair < MAX_PAIR);
		return (kind == KeyKind.HARMLESS && named) ? kindOfPair() : kind;
	}

	private int endOfName(int start) {
		return this.text.forwardOver(start, MAX_ELEMENT, MaskedText::isPartOfKey);
	}

}

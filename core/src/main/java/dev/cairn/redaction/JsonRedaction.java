package dev.cairn.redaction;

import java.util.function.BinaryOperator;

import dev.cairn.redaction.RedactionRules.KeyKind;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Masks secrets in JSON, which stays JSON. Strings are redacted without their escapes.
 */
final class JsonRedaction {

	/** JSON that is nested deeper is read like the beginning of another text. */
	private static final int MAX_DEPTH = 64;

	/** So much of a value is compared with messages. */
	private static final int MAX_MESSAGE = 32;

	private static final String MASKED_VALUE = '"' + Redactor.MASK + '"';

	private final MaskedText text;

	private final SensitiveKeys keys;

	private final BinaryOperator<String> redaction;

	/** The last string, and whether it has escapes. */
	private String last = "";

	private boolean escaped;

	/** The name of a pair, or the option, whose value may follow. */
	private String named = "";

	/**
	 * Creates a redaction.
	 * @param text the text
	 * @param keys recognizes keys
	 * @param redaction redacts a string, given its key
	 */
	JsonRedaction(MaskedText text, SensitiveKeys keys, BinaryOperator<String> redaction) {
		this.text = text;
		this.keys = keys;
		this.redaction = redaction;
	}

	/**
	 * Masks the secrets in the object or list that begins here.
	 * @return the position behind it, or where it ceases to be JSON
	 */
	int mask(int start) {
		int end = value(start, "", 0);
		return (end >= 0) ? end : Math.max(start + 1, ~end);
	}

	/** Returns the position behind the value, or the complement of where it ends. */
	private int value(int start, String key, int depth) {
		char c = this.text.at(start);
		if (c == '"') {
			return string(start, key);
		}
		if (c == '{' || c == '[') {
			this.named = "";
			int end = (depth < MAX_DEPTH) ? members(start, key, depth, (c == '{') ? '}' : ']') : ~start;
			this.named = "";
			return end;
		}
		if (c == '-' || (c >= '0' && c <= '9')) {
			return number(start, key);
		}
		int end = endOfLiteral(start);
		String literal = this.text.part(start, end);
		return (literal.equals("true") || literal.equals("false") || literal.equals("null")) ? end : ~start;
	}

	private int members(int start, String key, int depth, char close) {
		int i = skipSpace(start + 1);
		while (this.text.at(i) != close) {
			int end = (close == '}') ? member(i, depth) : element(i, key, depth);
			if (end < 0) {
				return end;
			}
			i = skipSpace(end);
			if (this.text.at(i) == ',') {
				i = skipSpace(i + 1);
			}
			else if (this.text.at(i) != close) {
				return ~i;
			}
		}
		return i + 1;
	}

	private int member(int start, int depth) {
		int endOfKey = (this.text.at(start) == '"') ? string(start, "") : ~start;
		if (endOfKey < 0) {
			return endOfKey;
		}
		String key = this.last;
		int colon = skipSpace(endOfKey);
		if (this.text.at(colon) != ':') {
			return ~colon;
		}
		boolean ofPair = !this.named.isEmpty() && KeyedValues.isValueOfPair(key);
		int value = skipSpace(colon + 1);
		boolean first = !ofPair && KeyedValues.isValueOfPair(key);
		String name = first ? nameBehind(value) : ofPair ? this.named : key;
		if (this.keys.of(name) != KeyKind.HARMLESS) {
			return secret(name, value, colon);
		}
		int end = value(value, key, depth + 1);
		this.named = (this.text.at(value) == '"' && KeyedValues.isNameOfPair(key)) ? this.last : this.named;
		return end;
	}

	/** Returns the name in the member behind the value of a pair, or an empty text. */
	private String nameBehind(int value) {
		int end = (this.text.at(value) == '"') ? endOfString(value) : endOfLiteral(value);
		int key = (end > value && this.text.at(end) == ',') ? skipSpace(end + 1) : -1;
		int endOfKey = (this.text.at(key) == '"') ? endOfString(key) : -1;
		boolean found = endOfKey > key + 1 && KeyedValues.isNameOfPair(this.text.part(key + 1, endOfKey - 1));
		int colon = found ? skipSpace(endOfKey) : -1;
		int name = (this.text.at(colon) == ':') ? skipSpace(colon + 1) : -1;
		int endOfName = (this.text.at(name) == '"') ? endOfString(name) : -1;
		return (endOfName > name + 1) ? this.text.part(name + 1, endOfName - 1) : "";
	}

	private int element(int start, String key, int depth) {
		boolean string = this.text.at(start) == '"';
		if (string && !this.named.isEmpty() && this.keys.of(this.named) != KeyKind.HARMLESS) {
			String option = this.named;
			this.named = "";
			return secret(option, start, start);
		}
		int end = value(start, key, depth + 1);
		this.named = (string && this.last.startsWith("-")) ? this.last : "";
		return end;
	}

	/** A value that is cut off is a secret up to the end. */
	private int secret(String key, int start, int otherwise) {
		char c = this.text.at(start);
		int end = (c == '"') ? endOfString(start)
				: (c == '{' || c == '[') ? this.text.endOfStructure(start) : endOfLiteral(start);
		end = (end >= 0) ? end : this.text.length();
		if (isHarmless(key, (c == '"') ? start + 1 : start, (c == '"') ? end - 1 : end)) {
			return end;
		}
		return (end > start) ? this.text.replace(start, end, MASKED_VALUE) : ~otherwise;
	}

	private boolean isHarmless(String key, int start, int end) {
		String value = (end >= start) ? this.text.part(start, Math.min(end, start + MAX_MESSAGE)) : "";
		return end >= start && end > 0 && this.keys.isHarmlessValue(this.keys.of(key), key, value, value);
	}

	private int endOfLiteral(int start) {
		return this.text.forward(start, (c) -> !Character.isLetterOrDigit(c) && "+-.".indexOf(c) < 0);
	}

	private int number(int start, String key) {
		int end = endOfLiteral(start);
		if (end - start >= CardNumbers.MIN_DIGITS
				&& this.redaction.apply(key, this.text.part(start, end)).equals(Redactor.MASK)) {
			this.text.replace(start, end, MASKED_VALUE);
		}
		return end;
	}

	private int string(int start, String key) {
		int end = endOfString(start);
		if (end < 0) {
			return ~start;
		}
		this.last = this.escaped ? unescape(start + 1, end - 1) : this.text.part(start + 1, end - 1);
		String redacted = this.redaction.apply(key, this.last);
		if (!redacted.equals(this.last)) {
			this.text.replace(start + 1, end - 1,
					new String(JsonStringEncoder.getInstance().quoteAsCharArray(redacted)));
		}
		return end;
	}

	private int endOfString(int start) {
		int i = start + 1;
		this.escaped = false;
		while (i < this.text.length() && this.text.at(i) != '"') {
			boolean escape = this.text.at(i) == '\\';
			this.escaped |= escape;
			i += escape ? 2 : 1;
		}
		return (i < this.text.length()) ? i + 1 : -1;
	}

	private String unescape(int start, int end) {
		StringBuilder plain = new StringBuilder(end - start);
		for (int i = start; i < end; i++) {
			char c = this.text.at(i);
			if (c == '\\') {
				i++;
				int unit = (this.text.at(i) == 'u' && i + 4 < end) ? unit(i + 1) : -1;
				c = (unit >= 0) ? (char) unit : unescape(this.text.at(i));
				i += (unit >= 0) ? 4 : 0;
			}
			plain.append(c);
		}
		return plain.toString();
	}

	private static char unescape(char escaped) {
		int code = "nrtbf".indexOf(escaped);
		return (code >= 0) ? "\n\r\t\b\f".charAt(code) : escaped;
	}

	private int unit(int start) {
		int unit = 0;
		for (int i = start; i < start + 4 && unit >= 0; i++) {
			int digit = Character.digit(this.text.at(i), 16);
			unit = (digit >= 0) ? unit * 16 + digit : -1;
		}
		return unit;
	}

	private int skipSpace(int start) {
		int i = start;
		while (this.text.isOneOf(" \n\r\t", i)) {
			i++;
		}
		return i;
	}

}

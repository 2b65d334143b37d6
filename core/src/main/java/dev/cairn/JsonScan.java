package dev.cairn;

import java.util.function.BiFunction;

import dev.cairn.RedactionRules.KeyKind;

/**
 * Masks secrets in JSON, which stays JSON. Strings are redacted without their escapes.
 */
final class JsonScan {

	/** What is nested deeper is read like the beginning of another text. */
	private static final int MAX_DEPTH = 64;

	private static final String MASKED_VALUE = '"' + Redactor.MASK + '"';

	private final String text;

	private final SensitiveKeys keys;

	private final ValueScanner values;

	private final MaskedText out;

	private final BiFunction<String, String, String> redaction;

	/**
	 * Creates a scan.
	 * @param text the text
	 * @param keys recognizes keys
	 * @param values finds the ends of values
	 * @param out receives the masks
	 * @param redaction redacts a string, given its key
	 */
	JsonScan(String text, SensitiveKeys keys, ValueScanner values, MaskedText out,
			BiFunction<String, String, String> redaction) {
		this.text = text;
		this.keys = keys;
		this.values = values;
		this.out = out;
		this.redaction = redaction;
	}

	/**
	 * Masks the secrets in the object or list that begins here.
	 * @return the position behind it, or where it ceases to be JSON
	 */
	int scan(int start) {
		int end = value(start, "", 0);
		return (end >= 0) ? end : Math.max(start + 1, ~end);
	}

	/** Returns the position behind the value, or the complement of where it ends. */
	private int value(int start, String key, int depth) {
		char c = charAt(start);
		if (c == '"') {
			return string(start, key);
		}
		if (c == '{' || c == '[') {
			return (depth >= MAX_DEPTH) ? ~start : (c == '{') ? object(start, depth) : list(start, key, depth);
		}
		if (c == '-' || (c >= '0' && c <= '9')) {
			return number(start, key);
		}
		for (String literal : new String[] { "true", "false", "null" }) {
			if (this.text.startsWith(literal, start)) {
				return start + literal.length();
			}
		}
		return ~start;
	}

	private int object(int start, int depth) {
		int i = skipSpace(start + 1);
		if (charAt(i) == '}') {
			return i + 1;
		}
		while (true) {
			int endOfKey = (charAt(i) == '"') ? string(i, "") : ~i;
			int colon = (endOfKey >= 0) ? skipSpace(endOfKey) : i;
			if (endOfKey < 0 || charAt(colon) != ':') {
				return ~i;
			}
			int end = member(unescape(i + 1, endOfKey - 1), colon, depth);
			if (end < 0) {
				return end;
			}
			i = skipSpace(end);
			if (charAt(i) == '}') {
				return i + 1;
			}
			if (charAt(i) != ',') {
				return ~i;
			}
			i = skipSpace(i + 1);
		}
	}

	private int member(String key, int colon, int depth) {
		int start = skipSpace(colon + 1);
		if (this.keys.of(key) == KeyKind.HARMLESS) {
			return value(start, key, depth + 1);
		}
		int end = endOfSecret(start);
		if (end < 0) {
			return ~colon;
		}
		this.out.replace(start, end, MASKED_VALUE);
		return end;
	}

	/** What is cut off is a secret up to the end. */
	private int endOfSecret(int start) {
		char c = charAt(start);
		if (c == '"') {
			int end = endOfString(start);
			return (end >= 0) ? end : this.text.length();
		}
		if (c == '{' || c == '[') {
			int end = this.values.endOfStructure(start);
			return (end >= 0) ? end : this.text.length();
		}
		int end = this.values.forward(start, (each) -> !Character.isLetterOrDigit(each) && "+-.".indexOf(each) < 0);
		return (end > start) ? end : -1;
	}

	private int list(int start, String key, int depth) {
		int i = skipSpace(start + 1);
		if (charAt(i) == ']') {
			return i + 1;
		}
		while (true) {
			int end = value(i, key, depth + 1);
			if (end < 0) {
				return end;
			}
			i = skipSpace(end);
			if (charAt(i) == ']') {
				return i + 1;
			}
			if (charAt(i) != ',') {
				return ~i;
			}
			i = skipSpace(i + 1);
		}
	}

	private int number(int start, String key) {
		int end = this.values.forward(start, (c) -> (c < '0' || c > '9') && "+-.eE".indexOf(c) < 0);
		if (end - start >= CardNumbers.MIN_DIGITS
				&& this.redaction.apply(key, this.text.substring(start, end)).equals(Redactor.MASK)) {
			this.out.replace(start, end, MASKED_VALUE);
		}
		return end;
	}

	private int string(int start, String key) {
		int end = endOfString(start);
		if (end < 0) {
			return ~start;
		}
		String value = unescape(start + 1, end - 1);
		String redacted = this.redaction.apply(key, value);
		if (!redacted.equals(value)) {
			this.out.replace(start + 1, end - 1, escape(redacted));
		}
		return end;
	}

	private int endOfString(int start) {
		int i = start + 1;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			if (c == '"') {
				return i + 1;
			}
			i += (c == '\\') ? 2 : 1;
		}
		return -1;
	}

	private String unescape(int start, int end) {
		if (this.values.forward(start, (c) -> c == '\\' || c == '"') >= end) {
			return this.text.substring(start, end);
		}
		StringBuilder plain = new StringBuilder(end - start);
		for (int i = start; i < end; i++) {
			char c = this.text.charAt(i);
			if (c != '\\') {
				plain.append(c);
				continue;
			}
			i++;
			char escaped = this.text.charAt(i);
			int unit = (escaped == 'u' && i + 4 < end) ? unit(i + 1) : -1;
			i += (unit >= 0) ? 4 : 0;
			plain.append((unit >= 0) ? (char) unit : unescape(escaped));
		}
		return plain.toString();
	}

	private static char unescape(char escaped) {
		return switch (escaped) {
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'b' -> '\b';
			case 'f' -> '\f';
			default -> escaped;
		};
	}

	private int unit(int start) {
		int unit = 0;
		for (int i = start; i < start + 4; i++) {
			int digit = Character.digit(this.text.charAt(i), 16);
			if (digit < 0) {
				return -1;
			}
			unit = unit * 16 + digit;
		}
		return unit;
	}

	private static String escape(String plain) {
		StringBuilder escaped = new StringBuilder(plain.length());
		for (int i = 0; i < plain.length(); i++) {
			char c = plain.charAt(i);
			switch (c) {
				case '"', '\\' -> escaped.append('\\').append(c);
				case '\n' -> escaped.append("\\n");
				case '\r' -> escaped.append("\\r");
				case '\t' -> escaped.append("\\t");
				default -> escaped.append((c < ' ') ? "\\u%04x".formatted((int) c) : String.valueOf(c));
			}
		}
		return escaped.toString();
	}

	private int skipSpace(int start) {
		return this.values.forward(start, (c) -> c != ' ' && c != '\n' && c != '\r' && c != '\t');
	}

	/** Returns a character that JSON does not have at the end of the text. */
	private char charAt(int i) {
		return (i < this.text.length()) ? this.text.charAt(i) : '\0';
	}

}

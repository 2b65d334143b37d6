package dev.cairn;

import java.util.Locale;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Scans a text for secrets from left to right. Text that is read ahead is either masked
 * or bounded, so that the time is linear.
 */
final class SecretScan {

	private static final int MAX_KEY_LENGTH = 64;

	private static final int MAX_BACKSLASHES = 8;

	/** A shorter token is a word, as in "bearer authentication". */
	private static final int LEAST_TOKEN_LENGTH = 16;

	private final String text;

	private final Predicate<String> sensitive;

	/** Created when there is something to mask, which is rare. */
	private @Nullable StringBuilder out;

	private int copied;

	/** Set once, so that many unclosed brackets take linear time. */
	private boolean structuresEnd = true;

	SecretScan(String text, Predicate<String> sensitive) {
		this.text = text;
		this.sensitive = sensitive;
	}

	String redact() {
		int i = 0;
		while (i < this.text.length()) {
			Secret secret = secretAt(i);
			if (secret == null) {
				i++;
				continue;
			}
			mask(secret);
			i = Math.max(secret.end(), i + 1);
		}
		return (this.out != null) ? this.out.append(this.text, this.copied, this.text.length()).toString() : this.text;
	}

	private void mask(Secret secret) {
		StringBuilder masked = (this.out != null) ? this.out : new StringBuilder(this.text.length());
		masked.append(this.text, this.copied, secret.start()).append(secret.mask());
		this.out = masked;
		this.copied = secret.end();
	}

	private @Nullable Secret secretAt(int i) {
		char c = this.text.charAt(i);
		if (c == ':' && this.text.startsWith("://", i)) {
			return userInfo(i + 3);
		}
		if (c == '=' || c == ':') {
			return assigned(i);
		}
		if (c >= '2' && c <= '6') {
			return cardNumber(i);
		}
		if (c == ' ' && TextRedactor.isBearerBefore(this.text, i)) {
			int end = endOfToken(i + 1);
			return (end - i - 1 >= LEAST_TOKEN_LENGTH) ? secret(i + 1, end) : null;
		}
		return null;
	}

	private @Nullable Secret cardNumber(int start) {
		int end = CardNumbers.endOfCard(this.text, start);
		if (end < 0) {
			return null;
		}
		int separator = start;
		while (separator > 0 && start - separator < MAX_BACKSLASHES && this.text.charAt(separator - 1) == ' ') {
			separator--;
		}
		boolean isValue = separator > 0 && this.text.charAt(separator - 1) == ':';
		String keyQuote = isValue ? quoteBefore(separator - 1) : "";
		return new Secret(start, end, keyQuote + Redactor.MASK + keyQuote);
	}

	/**
	 * {@code scheme://user:password@host}: from behind the slashes to the last at sign.
	 * The next "://" ends the search, so that no character is read twice.
	 */
	private @Nullable Secret userInfo(int start) {
		int at = -1;
		for (int i = start; i < this.text.length(); i++) {
			char c = this.text.charAt(i);
			if (c == '@') {
				at = i;
			}
			else if (c == '/' || c == '?' || c == '"' || Character.isWhitespace(c)) {
				break;
			}
		}
		return secret(start, at);
	}

	/** Masks the value behind {@code key=} or {@code "key": }. */
	private @Nullable Secret assigned(int separator) {
		String key = keyBefore(separator);
		if (key.isEmpty()) {
			return null;
		}
		int start = separator + 1;
		while (start < this.text.length() && isBeforeValue(this.text.charAt(start))) {
			start++;
		}
		String quote = quoteAt(start);
		if (!quote.isEmpty()) {
			return secret(start + quote.length(), endOfQuoted(start + quote.length(), quote));
		}
		int end = endOfUnquoted(start, key);
		if (end <= start) {
			return null;
		}
		String keyQuote = quoteBefore(separator);
		return new Secret(start, end, keyQuote + Redactor.MASK + keyQuote);
	}

	/**
	 * Returns the key before a separator, or an empty text if it is not sensitive. It may
	 * be two words, as in {@code API key: ...}.
	 */
	private String keyBefore(int separator) {
		int end = separator;
		while (end > 0 && separator - end < MAX_BACKSLASHES && isQuoteOrSpace(this.text.charAt(end - 1))) {
			end--;
		}
		int start = startOfWord(end);
		String key = this.text.substring(start, end);
		if (key.isEmpty() || this.sensitive.test(key)) {
			return key;
		}
		return (start > 0 && this.text.charAt(start - 1) == ' ') ? twoWords(startOfWord(start - 1), start, end) : "";
	}

	/** "API key" is sensitive by both its words; "token expired" by its first. */
	private String twoWords(int start, int second, int end) {
		String first = this.text.substring(start, second - 1);
		String both = this.text.substring(start, end);
		boolean byBoth = !first.isEmpty() && this.sensitive.test(both) && !this.sensitive.test(first);
		return byBoth ? both : "";
	}

	private int startOfWord(int end) {
		int start = end;
		while (start > 0 && end - start < MAX_KEY_LENGTH && isKeyPart(this.text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	/**
	 * Returns the double quote, with its escapes, that closes the key; empty if there is
	 * none.
	 */
	private String quoteBefore(int separator) {
		int end = separator;
		while (end > 0 && separator - end < MAX_BACKSLASHES && this.text.charAt(end - 1) == ' ') {
			end--;
		}
		if (end == 0 || this.text.charAt(end - 1) != '"') {
			return "";
		}
		return this.text.substring(startOfBackslashes(end - 1), end);
	}

	/** Returns the quote that opens here, with the backslashes before it. */
	private String quoteAt(int start) {
		int i = start;
		while (i < this.text.length() && i - start < MAX_BACKSLASHES && this.text.charAt(i) == '\\') {
			i++;
		}
		boolean quoted = i < this.text.length() && (this.text.charAt(i) == '"' || this.text.charAt(i) == '\'');
		return quoted ? this.text.substring(start, i + 1) : "";
	}

	private int endOfQuoted(int start, String quote) {
		char mark = quote.charAt(quote.length() - 1);
		int escapes = quote.length() - 1;
		int i = start;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			if (escapes == 0 && c == '\\') {
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

	private int endOfUnquoted(int start, String key) {
		if (start < this.text.length() && "{[".indexOf(this.text.charAt(start)) >= 0) {
			int end = endOfStructure(start);
			return (end > 0) ? endOfToken(end) : endOfLine(start, "\n\r");
		}
		return isHeader(key) ? endOfLine(start, "\n\r\"") : endOfToken(start);
	}

	/** Returns where the object or list that opens here is closed, or -1. */
	private int endOfStructure(int start) {
		int depth = 0;
		int i = start;
		while (this.structuresEnd && i < this.text.length()) {
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
		this.structuresEnd = false;
		return -1;
	}

	private int endOfLine(int start, String ends) {
		int end = start;
		while (end < this.text.length() && ends.indexOf(this.text.charAt(end)) < 0) {
			end = this.text.startsWith("=\"", end) ? endOfQuotedValue(end + 2) : end + 1;
		}
		return withoutBackslashes(start, end);
	}

	/**
	 * A quote behind an equals sign belongs to the cookie, not to the surrounding text.
	 */
	private int endOfQuotedValue(int start) {
		int end = start;
		while (end < this.text.length() && "\n\r\"".indexOf(this.text.charAt(end)) < 0) {
			end++;
		}
		boolean closed = end < this.text.length() && this.text.charAt(end) == '"';
		return closed ? end + 1 : start - 1;
	}

	private int endOfToken(int start) {
		int end = start;
		while (end < this.text.length() && !isEndOfToken(this.text.charAt(end))) {
			end++;
		}
		return withoutBackslashes(start, end);
	}

	/** The backslash before a quote belongs to the quote. */
	private int withoutBackslashes(int start, int end) {
		boolean atQuote = end < this.text.length() && (this.text.charAt(end) == '"' || this.text.charAt(end) == '\'');
		return atQuote ? Math.max(start, startOfBackslashes(end)) : end;
	}

	private int startOfBackslashes(int end) {
		int start = end;
		while (start > 0 && end - start < MAX_BACKSLASHES && this.text.charAt(start - 1) == '\\') {
			start--;
		}
		return start;
	}

	private static @Nullable Secret secret(int start, int end) {
		return (end > start) ? new Secret(start, end, Redactor.MASK) : null;
	}

	private static boolean isKeyPart(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
	}

	private static boolean isQuoteOrSpace(char c) {
		return c == '"' || c == '\'' || c == '\\' || c == ' ';
	}

	private static boolean isBeforeValue(char c) {
		return c == ' ' || c == '\t' || c == '=' || c == '>';
	}

	/**
	 * Cookies and authorization are whole lines, with spaces and semicolons of their own.
	 */
	private static boolean isHeader(String key) {
		String lower = key.toLowerCase(Locale.ROOT);
		return lower.contains("cookie") || lower.contains("authorization");
	}

	private static boolean isEndOfToken(char c) {
		return Character.isWhitespace(c) || c == ',' || c == ';' || c == '&' || c == '"' || c == '\'' || c == ')'
				|| c == ']' || c == '}' || c == '<';
	}

	/**
	 * A secret and its replacement.
	 */
	private record Secret(int start, int end, String mask) {
	}

}

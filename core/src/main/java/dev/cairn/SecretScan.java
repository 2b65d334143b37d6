package dev.cairn;

import java.util.Locale;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Masks the secrets in a text in one pass from left to right. Text that is read ahead is
 * either masked or bounded, so that the time is linear; regular expressions that look
 * back from a separator take quadratic time on hostile input. A JSON object remains a
 * JSON object.
 */
final class SecretScan {

	private static final String BEARER = "bearer ";

	private static final int MAX_KEY_LENGTH = 64;

	/** The maximum number of quotes, escapes and spaces behind a key. */
	private static final int MAX_QUOTES = 8;

	/** A shorter token is a word, as in "bearer authentication". */
	private static final int LEAST_TOKEN_LENGTH = 16;

	private final String text;

	private final Predicate<String> sensitive;

	private final ValueScanner values;

	/** Created when there is something to mask, which is rare. */
	private @Nullable StringBuilder out;

	private int copied;

	private SecretScan(String text, Predicate<String> sensitive) {
		this.text = text;
		this.sensitive = sensitive;
		this.values = new ValueScanner(text);
	}

	/** Returns the text with its secrets masked; the same object if it has none. */
	static String redact(String text, Predicate<String> sensitive) {
		return mayHoldSecret(text) ? new SecretScan(text, sensitive).redact() : text;
	}

	private static boolean mayHoldSecret(String text) {
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= '0' && c <= '9') {
				digits++;
			}
			if (c == '=' || c == ':' || digits >= CardNumbers.MIN_DIGITS || (c == ' ' && isBearerBefore(text, i))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isBearerBefore(String text, int space) {
		int start = space + 1 - BEARER.length();
		return start >= 0 && text.regionMatches(true, start, BEARER, 0, BEARER.length());
	}

	private String redact() {
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
		if (c == ' ' && isBearerBefore(this.text, i)) {
			int end = this.values.endOfToken(i + 1);
			return (end - i - 1 >= LEAST_TOKEN_LENGTH) ? secret(i + 1, end) : null;
		}
		return null;
	}

	private @Nullable Secret cardNumber(int start) {
		int end = CardNumbers.endOfCard(this.text, start);
		if (end < 0) {
			return null;
		}
		int separator = this.values.beforeSpaces(start);
		boolean isValue = separator > 0 && this.text.charAt(separator - 1) == ':';
		String keyQuote = isValue ? this.values.quoteBefore(separator - 1) : "";
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
		int start = this.values.forward(separator + 1, (c) -> c != ' ' && c != '\t' && c != '=' && c != '>');
		String quote = this.values.quoteAt(start);
		if (!quote.isEmpty()) {
			return secret(start + quote.length(), this.values.endOfQuoted(start + quote.length(), quote));
		}
		int end = endOfUnquoted(start, key);
		if (end <= start) {
			return null;
		}
		String keyQuote = this.values.quoteBefore(separator);
		return new Secret(start, end, keyQuote + Redactor.MASK + keyQuote);
	}

	/**
	 * Returns the key before a separator, or an empty text if it is not sensitive. It may
	 * be two words, as in {@code API key: ...}.
	 */
	private String keyBefore(int separator) {
		int end = this.values.back(separator, MAX_QUOTES, (c) -> c == '"' || c == '\'' || c == '\\' || c == ' ');
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
		return this.values.back(end, MAX_KEY_LENGTH,
				(c) -> Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
	}

	private int endOfUnquoted(int start, String key) {
		if (start < this.text.length() && "{[".indexOf(this.text.charAt(start)) >= 0) {
			int end = this.values.endOfStructure(start);
			return (end > 0) ? this.values.endOfToken(end) : this.values.endOfLine(start, "\n\r");
		}
		return isHeader(key) ? this.values.endOfLine(start, "\n\r\"") : this.values.endOfToken(start);
	}

	private static @Nullable Secret secret(int start, int end) {
		return (end > start) ? new Secret(start, end, Redactor.MASK) : null;
	}

	/**
	 * Cookies and authorization are whole lines, with spaces and semicolons of their own.
	 */
	private static boolean isHeader(String key) {
		String lower = key.toLowerCase(Locale.ROOT);
		return lower.contains("cookie") || lower.contains("authorization");
	}

	/**
	 * A secret and its replacement.
	 */
	private record Secret(int start, int end, String mask) {
	}

}

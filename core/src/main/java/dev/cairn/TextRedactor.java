package dev.cairn;

import java.util.Locale;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Finds the secrets in a text in one pass. Written by hand since patterns that look
 * backwards from a separator take quadratic time on hostile input.
 */
final class TextRedactor {

	private static final int MAX_KEY_LENGTH = 64;

	private static final String BEARER = "bearer ";

	/** Shorter ones are words: "bearer authentication". */
	private static final int LEAST_TOKEN_LENGTH = 16;

	private final Predicate<String> sensitive;

	TextRedactor(Predicate<String> sensitive) {
		this.sensitive = sensitive;
	}

	String redact(String text) {
		return mayHoldSecret(text) ? scan(text) : text;
	}

	private static boolean mayHoldSecret(String text) {
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '=' || c == ':') {
				return true;
			}
			if (c >= '0' && c <= '9') {
				if (++digits >= CardNumbers.MIN_DIGITS) {
					return true;
				}
			}
			else if (c == ' ' && isBearerBefore(text, i)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isBearerBefore(String text, int space) {
		int start = space + 1 - BEARER.length();
		return start >= 0 && text.regionMatches(true, start, BEARER, 0, BEARER.length());
	}

	private String scan(String text) {
		StringBuilder out = null;
		int copied = 0;
		int i = 0;
		while (i < text.length()) {
			Span secret = secretAt(text, i);
			if (secret == null) {
				i++;
				continue;
			}
			out = (out != null) ? out : new StringBuilder(text.length());
			out.append(text, copied, secret.start()).append(Redactor.MASK);
			copied = secret.end();
			i = Math.max(secret.end(), i + 1);
		}
		return (out != null) ? out.append(text, copied, text.length()).toString() : text;
	}

	private @Nullable Span secretAt(String text, int i) {
		char c = text.charAt(i);
		if (c == ':' && text.startsWith("://", i)) {
			return userInfo(text, i + 3);
		}
		if (c == '=' || c == ':') {
			return assigned(text, i);
		}
		if (c >= '2' && c <= '6') {
			int end = CardNumbers.endOfCard(text, i);
			return (end > 0) ? new Span(i, end) : null;
		}
		if (c == ' ' && isBearerBefore(text, i)) {
			int end = endOfToken(text, i + 1);
			return (end - i - 1 >= LEAST_TOKEN_LENGTH) ? new Span(i + 1, end) : null;
		}
		return null;
	}

	/** {@code scheme://user:password@host}: from after the slashes to the at sign. */
	private static @Nullable Span userInfo(String text, int start) {
		for (int i = start; i < text.length() && i - start < 2 * MAX_KEY_LENGTH; i++) {
			char c = text.charAt(i);
			if (c == '@') {
				return (i > start) ? new Span(start, i) : null;
			}
			if (c == '/' || c == '?' || c == '"' || Character.isWhitespace(c)) {
				return null;
			}
		}
		return null;
	}

	/** What stands behind {@code key=} or {@code "key": }. */
	private @Nullable Span assigned(String text, int separator) {
		String key = keyBefore(text, separator);
		if (key.isEmpty() || !this.sensitive.test(key)) {
			return null;
		}
		int start = separator + 1;
		while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '=')) {
			start++;
		}
		boolean escaped = text.startsWith("\\\"", start);
		if (escaped || startsWithQuote(text, start)) {
			String quote = escaped ? "\\\"" : text.substring(start, start + 1);
			return span(start + quote.length(), endOfQuoted(text, start + quote.length(), quote));
		}
		return span(start, isHeader(key) ? endOfLine(text, start) : endOfToken(text, start));
	}

	private static @Nullable Span span(int start, int end) {
		return (end > start) ? new Span(start, end) : null;
	}

	private static String keyBefore(String text, int separator) {
		int end = separator;
		while (end > 0 && separator - end < 4 && isQuoteOrSpace(text.charAt(end - 1))) {
			end--;
		}
		int start = end;
		while (start > 0 && end - start < MAX_KEY_LENGTH && isKeyPart(text.charAt(start - 1))) {
			start--;
		}
		return text.substring(start, end);
	}

	private static boolean isKeyPart(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
	}

	private static boolean isQuoteOrSpace(char c) {
		return c == '"' || c == '\'' || c == '\\' || c == ' ';
	}

	private static boolean startsWithQuote(String text, int start) {
		return start < text.length() && (text.charAt(start) == '"' || text.charAt(start) == '\'');
	}

	private static int endOfQuoted(String text, int start, String quote) {
		int i = start;
		while (i < text.length()) {
			if (text.startsWith(quote, i)) {
				return i;
			}
			i += (quote.length() == 1 && text.charAt(i) == '\\') ? 2 : 1;
		}
		return text.length();
	}

	/**
	 * Cookies and authorization are whole lines, with spaces and semicolons of their own.
	 */
	private static boolean isHeader(String key) {
		String lower = key.toLowerCase(Locale.ROOT);
		return lower.contains("cookie") || lower.contains("authorization");
	}

	private static int endOfLine(String text, int start) {
		int end = start;
		while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r' && text.charAt(end) != '"') {
			end++;
		}
		return end;
	}

	private static int endOfToken(String text, int start) {
		int end = start;
		while (end < text.length() && !isEndOfToken(text.charAt(end))) {
			end++;
		}
		return end;
	}

	private static boolean isEndOfToken(char c) {
		return Character.isWhitespace(c) || c == ',' || c == ';' || c == '&' || c == '"' || c == '\'' || c == ')'
				|| c == ']' || c == '}' || c == '<';
	}

	private record Span(int start, int end) {
	}

}

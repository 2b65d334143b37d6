package dev.cairn;

import java.util.function.Predicate;

/**
 * Finds the secrets in a text in one pass. This is not done with regular expressions,
 * since those that look back from a separator take quadratic time on hostile input. A
 * JSON object remains a JSON object.
 */
final class TextRedactor {

	private static final String BEARER = "bearer ";

	private final Predicate<String> sensitive;

	TextRedactor(Predicate<String> sensitive) {
		this.sensitive = sensitive;
	}

	String redact(String text) {
		return mayHoldSecret(text) ? new SecretScan(text, this.sensitive).redact() : text;
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

	static boolean isBearerBefore(String text, int space) {
		int start = space + 1 - BEARER.length();
		return start >= 0 && text.regionMatches(true, start, BEARER, 0, BEARER.length());
	}

}

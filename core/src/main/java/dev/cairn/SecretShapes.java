package dev.cairn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import dev.cairn.RedactionRules.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes credentials and account numbers in a text by themselves. What is read ahead
 * is read once.
 */
final class SecretShapes {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final int ASCII = 128;

	/** The shapes by their first character. */
	@SuppressWarnings("unchecked")
	private static final List<Integer>[] BY_FIRST = new List[ASCII];

	private static final boolean[] FIRST = new boolean[ASCII];

	private static final String BASIC = "basic ";

	private static final String BEARER = "bearer ";

	/** A shorter token is a word, as in "bearer authentication". */
	private static final int LEAST_TOKEN_LENGTH = 16;

	private static final int LEAST_TOKEN_LENGTH_WITH_DIGITS = 6;

	private static final String PEM = "-----BEGIN ";

	private static final String PEM_KEY = "PRIVATE KEY";

	private static final String PEM_END = "-----END ";

	private static final String PEM_DASHES = "-----";

	private static final int MAX_PEM_HEADER = 64;

	private static final int MAX_ACCOUNT = 34;

	private static final int ACCOUNT_MODULUS = 97;

	static {
		for (int i = 0; i < RULES.shapes().size(); i++) {
			char first = RULES.shapes().get(i).prefix().charAt(0);
			if (BY_FIRST[first] == null) {
				BY_FIRST[first] = new ArrayList<>();
			}
			BY_FIRST[first].add(i);
		}
		for (int c = 0; c < ASCII; c++) {
			FIRST[c] = BY_FIRST[c] != null || c == '-' || c == 'b' || (c >= 'A' && c <= 'Z');
		}
	}

	private final String text;

	/** The end of the characters that the last search for each shape has read. */
	private int @Nullable [] ends;

	SecretShapes(String text) {
		this.text = text;
	}

	/** Returns whether a shape may begin with a character. */
	static boolean isFirst(char c) {
		return c < ASCII && FIRST[c];
	}

	/** Returns the end of the secret that begins here, at the start of a word, or -1. */
	int endOfSecret(int start) {
		char c = this.text.charAt(start);
		if (c == '-') {
			return this.text.startsWith(PEM, start) ? endOfPem(start) : -1;
		}
		int end = (BY_FIRST[c] != null) ? endOfShape(start, BY_FIRST[c]) : -1;
		return (end < 0 && c <= 'Z') ? endOfAccount(start) : end;
	}

	/**
	 * Returns the start of the credential behind the name of its scheme that begins here,
	 * or -1.
	 */
	int startOfCredential(int start) {
		if (isAt(start, BEARER)) {
			int end = endOfToken(start + BEARER.length());
			int length = end - start - BEARER.length();
			boolean token = length >= LEAST_TOKEN_LENGTH || (length >= LEAST_TOKEN_LENGTH_WITH_DIGITS
					&& this.text.substring(end - length, end).chars().anyMatch(Character::isDigit));
			return token ? start + BEARER.length() : -1;
		}
		if (isAt(start, BASIC)) {
			int from = start + BASIC.length();
			return isUserAndPassword(this.text.substring(from, endOfToken(from))) ? from : -1;
		}
		return -1;
	}

	/** Returns the end of a token of RFC 7235, which may have other characters behind. */
	int endOfToken(int start) {
		int end = start;
		while (end < this.text.length() && isTokenCharacter(this.text.charAt(end))) {
			end++;
		}
		return end;
	}

	private static boolean isTokenCharacter(char c) {
		return c < ASCII && (Character.isLetterOrDigit(c) || "-._~+/=".indexOf(c) >= 0);
	}

	private boolean isAt(int start, String scheme) {
		return this.text.regionMatches(true, start, scheme, 0, scheme.length());
	}

	private static boolean isUserAndPassword(String encoded) {
		String unpadded = encoded.substring(0,
				encoded.length() - (encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0));
		if (unpadded.length() % 4 == 1
				|| !unpadded.chars().allMatch((c) -> Character.isLetterOrDigit(c) || c == '+' || c == '/')) {
			return false;
		}
		String plain = new String(Base64.getDecoder().decode(unpadded), StandardCharsets.UTF_8);
		return plain.indexOf(':') >= 0 && plain.chars().noneMatch((c) -> c < ' ' || c == '\uFFFD');
	}

	private int endOfShape(int start, List<Integer> candidates) {
		for (int number : candidates) {
			Shape shape = RULES.shapes().get(number);
			int from = start + shape.prefix().length();
			if (this.text.startsWith(shape.prefix(), start) && from >= endOfLast()[number]) {
				int end = from;
				while (end < this.text.length() && shape.contains(this.text.charAt(end))) {
					end++;
				}
				endOfLast()[number] = end;
				if (isComplete(shape, from, end)) {
					return withoutPunctuation(end);
				}
			}
		}
		return -1;
	}

	private boolean isComplete(Shape shape, int from, int end) {
		boolean wordGoesOn = end < this.text.length() && Character.isLetterOrDigit(this.text.charAt(end));
		return !wordGoesOn && end - from >= shape.least() && end - from <= shape.most()
				&& (shape.required() == null || this.text.substring(from, end).contains(shape.required()));
	}

	private int withoutPunctuation(int end) {
		int last = end;
		while (".-".indexOf(this.text.charAt(last - 1)) >= 0) {
			last--;
		}
		return last;
	}

	private int[] endOfLast() {
		if (this.ends == null) {
			this.ends = new int[RULES.shapes().size()];
		}
		return this.ends;
	}

	/** A key that is cut off goes up to the end. */
	private int endOfPem(int start) {
		int from = start + PEM.length();
		String header = this.text.substring(from, Math.min(from + MAX_PEM_HEADER, this.text.length()));
		int endOfHeader = header.indexOf(PEM_DASHES);
		if (endOfHeader < 0 || !header.substring(0, endOfHeader).contains(PEM_KEY)) {
			return -1;
		}
		int end = this.text.indexOf(PEM_END, start);
		int last = (end >= 0) ? this.text.indexOf(PEM_DASHES, end + PEM_END.length()) : -1;
		return (last >= 0) ? last + PEM_DASHES.length() : this.text.length();
	}

	/** Returns the end of the IBAN that begins here, or -1. */
	private int endOfAccount(int start) {
		if (start + 4 >= this.text.length() || !isDigit(start + 2) || !isDigit(start + 3)) {
			return -1;
		}
		int length = RULES.lengthOfAccount(this.text.substring(start, start + 2));
		StringBuilder account = new StringBuilder(MAX_ACCOUNT);
		int end = start;
		while (end < this.text.length() && account.length() < length) {
			char c = this.text.charAt(end);
			if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
				account.append(c);
			}
			else if (c != ' ' || this.text.charAt(end - 1) == ' ') {
				return -1;
			}
			end++;
		}
		boolean wordGoesOn = end < this.text.length() && Character.isLetterOrDigit(this.text.charAt(end));
		return (length > 0 && account.length() == length && !wordGoesOn && isValid(account)) ? end : -1;
	}

	private boolean isDigit(int i) {
		return this.text.charAt(i) >= '0' && this.text.charAt(i) <= '9';
	}

	/** ISO 7064: the country and the check digits count as the last ones. */
	private static boolean isValid(CharSequence account) {
		int remainder = 0;
		for (int i = 0; i < account.length(); i++) {
			int value = Character.digit(account.charAt((i + 4) % account.length()), 36);
			remainder = (remainder * ((value > 9) ? 100 : 10) + value) % ACCOUNT_MODULUS;
		}
		return remainder == 1;
	}

}

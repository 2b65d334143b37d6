package dev.cairn.redaction;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import dev.cairn.redaction.RedactionRules.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Masks credentials and account numbers that are recognized by themselves. Text that is
 * read ahead is read once.
 */
final class SecretShapes {

	static final String PEM = "-----BEGIN ";

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final int ASCII = 128;

	/** The beginnings of secrets and of the words before them, by the first character. */
	@SuppressWarnings("unchecked")
	private static final List<String>[] BEGINNINGS = new List[ASCII];

	/** The numbers of the shapes by their first character. */
	@SuppressWarnings("unchecked")
	private static final List<Integer>[] BY_FIRST = new List[ASCII];

	private static final String BASIC = "basic ";

	private static final String BEARER = "bearer ";

	private static final char NAME = '*';

	/** A shorter token is a word, as in "bearer authentication". */
	private static final int LEAST_TOKEN_LENGTH = 16;

	private static final int LEAST_TOKEN_LENGTH_WITH_DIGITS = 6;

	private static final String PEM_KEY = "PRIVATE KEY";

	private static final String PEM_END = "-----END ";

	private static final String PEM_DASHES = "-----";

	private static final int MAX_PEM_HEADER = 64;

	static {
		for (int i = 0; i < RULES.shapes.size(); i++) {
			char first = RULES.shapes.get(i).prefix().charAt(0);
			if (BY_FIRST[first] == null) {
				BY_FIRST[first] = new ArrayList<>();
			}
			BY_FIRST[first].add(i);
			addBeginning(RULES.shapes.get(i).prefix());
		}
		RULES.statements.forEach((statement) -> addBeginning(statement.substring(0, (statement + NAME).indexOf(NAME))));
		List.of(BASIC, BEARER, "Basic ", "Bearer ").forEach(SecretShapes::addBeginning);
	}

	private final MaskedText text;

	/** The end of the characters that the last search for each shape has read. */
	private int @Nullable [] ends;

	SecretShapes(MaskedText text) {
		this.text = text;
	}

	private static void addBeginning(String beginning) {
		char first = beginning.charAt(0);
		BEGINNINGS[first] = (BEGINNINGS[first] != null) ? BEGINNINGS[first] : new ArrayList<>();
		BEGINNINGS[first].add(beginning);
	}

	/** Returns whether a shape may begin with a character. */
	static boolean isFirst(char c) {
		return c < ASCII && (BEGINNINGS[c] != null || c == '-' || (c >= 'A' && c <= 'Z'));
	}

	/**
	 * Returns whether a secret, a word before it, or an option may begin at this word.
	 */
	static boolean mayBegin(String text, int start) {
		char c = text.charAt(start);
		if (c == '-') {
			return start + 1 < text.length()
					&& (text.charAt(start + 1) == '-' || Character.isLetter(text.charAt(start + 1)));
		}
		List<String> beginnings = BEGINNINGS[c];
		for (int i = 0; beginnings != null && i < beginnings.size(); i++) {
			if (text.regionMatches(true, start, beginnings.get(i), 0, beginnings.get(i).length())) {
				return true;
			}
		}
		return AccountNumbers.mayBegin(text, start);
	}

	/**
	 * Masks the secret that begins here, at the start of a word; returns where to go on.
	 */
	int mask(int start) {
		char c = this.text.at(start);
		int end = this.text.isAt(start, PEM) ? endOfPem(start) : endOfShape(start, BY_FIRST[c]);
		end = (end < 0 && c >= 'A' && c <= 'Z') ? AccountNumbers.endOfAccount(this.text, start) : end;
		if (end > start) {
			return this.text.mask(start, end);
		}
		return switch (c) {
			case 'b', 'B' -> maskCredential(start);
			case 'I', 'P', 'w' -> maskQuoted(start);
			default -> start + 1;
		};
	}

	/** Masks the credential behind the name of its scheme. */
	private int maskCredential(int start) {
		boolean bearer = this.text.isAtIgnoringCase(start, BEARER);
		if (!bearer && !this.text.isAtIgnoringCase(start, BASIC)) {
			return start + 1;
		}
		int from = start + (bearer ? BEARER : BASIC).length();
		int end = this.text.forward(from, (c) -> !isTokenCharacter(c));
		String credential = this.text.part(from, end);
		return (bearer ? isToken(credential) : isUserAndPassword(credential)) ? this.text.mask(from, end) : start + 1;
	}

	private int maskQuoted(int start) {
		for (String statement : RULES.statements) {
			int from = endOfStatement(start, statement);
			if (from > 0 && !this.text.isMasked(from)) {
				int end = this.text.endOfQuoted(from, this.text.part(from - 1, from));
				return (end > from) ? this.text.mask(from, end) : from;
			}
		}
		return start + 1;
	}

	/** Returns where the password begins, or -1. */
	private int endOfStatement(int start, String statement) {
		int star = statement.indexOf(NAME);
		if (star < 0) {
			return this.text.isAt(start, statement) ? start + statement.length() : -1;
		}
		if (!this.text.isAt(start, statement.substring(0, star))) {
			return -1;
		}
		int end = this.text.forwardOver(start + star, MaskedText.MAX_KEY_LENGTH, (c) -> c > ' ' && c != '=');
		String rest = statement.substring(star + 1);
		return this.text.isAt(end, rest) ? end + rest.length() : -1;
	}

	/** RFC 7235 has these and no others. */
	private static boolean isTokenCharacter(int c) {
		return c < ASCII && (Character.isLetterOrDigit(c) || "-._~+/=".indexOf(c) >= 0);
	}

	private static boolean isToken(String credential) {
		return credential.length() >= LEAST_TOKEN_LENGTH || (credential.length() >= LEAST_TOKEN_LENGTH_WITH_DIGITS
				&& credential.chars().anyMatch(Character::isDigit));
	}

	/** Decodes only what can be decoded, since exceptions take time. */
	private static boolean isUserAndPassword(String encoded) {
		int padding = encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0;
		String unpadded = encoded.substring(0, encoded.length() - padding);
		if (unpadded.length() % 4 == 1
				|| !unpadded.chars().allMatch((c) -> Character.isLetterOrDigit(c) || c == '+' || c == '/')) {
			return false;
		}
		String plain = new String(Base64.getDecoder().decode(unpadded), StandardCharsets.UTF_8);
		return plain.indexOf(':') >= 0 && plain.chars().noneMatch((c) -> c < ' ' || c == '\uFFFD');
	}

	private int endOfShape(int start, @Nullable List<Integer> candidates) {
		for (int i = 0; candidates != null && i < candidates.size(); i++) {
			int number = candidates.get(i);
			Shape shape = RULES.shapes.get(number);
			int from = start + shape.prefix().length();
			if (this.text.isAt(start, shape.prefix()) && from >= endOfLast()[number]) {
				int end = this.text.forward(from, (c) -> !shape.contains(c));
				endOfLast()[number] = end;
				if (isComplete(shape, from, end)) {
					return withoutPunctuation(end);
				}
			}
		}
		return -1;
	}

	private boolean isComplete(Shape shape, int from, int end) {
		return !Character.isLetterOrDigit(this.text.at(end)) && end - from >= shape.least()
				&& end - from <= shape.most()
				&& (shape.required() == null || this.text.part(from, end).contains(shape.required()));
	}

	private int withoutPunctuation(int end) {
		return this.text.back(end, end, (c) -> c == '.' || c == '-');
	}

	private int[] endOfLast() {
		this.ends = (this.ends != null) ? this.ends : new int[RULES.shapes.size()];
		return this.ends;
	}

	/** A key that is cut off goes up to the end. */
	private int endOfPem(int start) {
		int from = start + PEM.length();
		String header = this.text.part(from, Math.min(from + MAX_PEM_HEADER, this.text.length()));
		int endOfHeader = header.indexOf(PEM_DASHES);
		if (endOfHeader < 0 || !header.substring(0, endOfHeader).contains(PEM_KEY)) {
			return -1;
		}
		int end = this.text.indexOf(PEM_END, start);
		int last = (end >= 0) ? this.text.indexOf(PEM_DASHES, end + PEM_END.length()) : -1;
		return (last >= 0) ? last + PEM_DASHES.length() : this.text.length();
	}

}

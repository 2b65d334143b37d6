package dev.cairn;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import dev.cairn.RedactionRules.KeyKind;
import org.jspecify.annotations.Nullable;

/**
 * Masks the secrets in a text in one pass from left to right. JSON is read as JSON, and
 * what is encoded for a URL is decoded. In other text, a secret is recognized by its key
 * or its shape. Text that is read ahead is either masked or bounded, so that the time is
 * linear; regular expressions that look back from a separator take quadratic time on
 * hostile input.
 */
final class SecretScan {

	static final int MAX_KEY_LENGTH = 64;

	/** The maximum number of quotes, brackets, escapes and spaces behind a key. */
	static final int MAX_QUOTES = 8;

	/** How often text in a text may be decoded. */
	private static final int MAX_NESTING = 6;

	private static final int MAX_ELEMENT = 200;

	private static final String OPTION = "--";

	private static final String WEB_SCHEME = "http";

	/**
	 * A shorter text has no secret; the shortest one is a key of three letters with a
	 * value.
	 */
	private static final int LEAST_LENGTH = 5;

	private static final int ASCII = 128;

	private static final boolean[] INTERESTING = new boolean[ASCII];

	static {
		for (char c = 0; c < ASCII; c++) {
			INTERESTING[c] = c <= ' ' || "23456=:{[%>&?\"".indexOf(c) >= 0 || SecretShapes.isFirst(c);
		}
	}

	private final String text;

	private final String name;

	/** Recognizes keys; {@code null} if secrets are only recognized by their shape. */
	private final @Nullable SensitiveKeys keys;

	private final int nesting;

	private final ValueScanner values;

	private final SecretShapes shapes;

	private final MaskedText out;

	/** The start of the part of a URL or a form that is being read. */
	private int part;

	/** Whether that is the query of a URL, which has no spaces. */
	private boolean query;

	/** The end of the last address, and the last at sign before it. */
	private int endOfAuthority;

	private int lastAt;

	private SecretScan(String name, String text, @Nullable SensitiveKeys keys, int nesting) {
		this.name = name;
		this.text = text;
		this.keys = keys;
		this.nesting = nesting;
		this.values = new ValueScanner(text);
		this.shapes = new SecretShapes(text);
		this.out = new MaskedText(text);
	}

	/**
	 * Returns the text with its secrets masked; the same object if it has none.
	 * @param name the name of the text, or an empty text
	 * @param text the text
	 * @param keys recognizes keys; {@code null} if only shapes are recognized
	 */
	static String redact(String name, String text, @Nullable SensitiveKeys keys) {
		return (text.length() < LEAST_LENGTH) ? text : new SecretScan(name, text, keys, 0).redact();
	}

	private String redact() {
		int i = 0;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			i = (c < ASCII && INTERESTING[c]) ? next(i) : i + 1;
		}
		return this.out.toString();
	}

	/** Masks the secret at a position, if any, and returns the position to go on at. */
	private int next(int i) {
		char c = this.text.charAt(i);
		if (c >= '2' && c <= '6') {
			return cardNumber(i);
		}
		if (SecretShapes.isFirst(c) && isStartOfWord(i)) {
			return shape(i);
		}
		if (c == ':' && this.text.startsWith("://", i)) {
			return userInfo(i + 3);
		}
		if (this.keys == null) {
			return i + 1;
		}
		return switch (c) {
			case '=', ':' -> assigned(i);
			case '{', '[' -> structure(i);
			case '%' -> encoded(i);
			case '>' -> element(i);
			default -> {
				if (c == '&' || c == '?' || c == '"' || c <= ' ') {
					this.part = i + 1;
					this.query = c == '?' || (c == '&' && this.query);
				}
				yield i + 1;
			}
		};
	}

	private boolean isStartOfWord(int i) {
		return i == 0 || !Character.isLetterOrDigit(this.text.charAt(i - 1));
	}

	private int mask(int start, int end) {
		this.out.replace(start, end, Redactor.MASK);
		return end;
	}

	private int shape(int start) {
		if (this.keys != null && this.text.startsWith(OPTION, start) && !this.text.startsWith(OPTION + "-", start)) {
			return option(start);
		}
		int end = this.shapes.endOfSecret(start);
		if (end > start) {
			return mask(start, end);
		}
		int credential = this.shapes.startOfCredential(start);
		return (credential > 0) ? mask(credential, this.shapes.endOfToken(credential)) : start + 1;
	}

	private int cardNumber(int start) {
		int end = CardNumbers.endOfCard(this.text, start);
		if (end < 0 || SensitiveKeys.isNumber(nameBefore(start))) {
			return (end < 0) ? start + 1 : end;
		}
		int separator = this.values.back(start, MAX_QUOTES, (c) -> c == ' ');
		boolean isValue = separator > 0 && this.text.charAt(separator - 1) == ':';
		String keyQuote = isValue ? this.values.quoteBefore(separator - 1) : "";
		this.out.replace(start, end, keyQuote + Redactor.MASK + keyQuote);
		return end;
	}

	/** Returns the two words before a number, or the name of the text. */
	private String nameBefore(int start) {
		int end = this.values.back(start, MAX_QUOTES, (c) -> " =:#\"'\\".indexOf(c) >= 0);
		int word = startOfKey(end);
		int other = (word > 0 && this.text.charAt(word - 1) == ' ') ? startOfKey(word - 1) : word;
		return (end == 0) ? this.name : this.text.substring(other, end);
	}

	/**
	 * {@code scheme://user:password@host}. The password may have characters that should
	 * be encoded, unless they make the user a host, as in {@code http://host:80/@path}.
	 */
	private int userInfo(int start) {
		int end = this.values.forward(start, (c) -> c == '/' || c == '?' || c == '#' || c == '"' || c <= ' ');
		int at = lastAt(start, end);
		int colon = this.values.forward(start, (c) -> c == ':' || c == '@' || c <= ' ');
		boolean password = colon < end && this.text.charAt(colon) == ':' && this.text.charAt(start) != '[';
		if (password && ((at < start) ? !isPort(colon + 1, end) : !isWeb(start))) {
			at = lastAt(start);
			at = (at < start && !isWeb(start)) ? atBehindSpace(start) : at;
		}
		return (at > start) ? mask(start, at) : start;
	}

	private boolean isPort(int start, int end) {
		return this.values.forward(start, (c) -> c < '0' || c > '9') >= end;
	}

	/** Returns whether the scheme before is one whose paths may have an at sign. */
	private boolean isWeb(int start) {
		int end = start - 3;
		int scheme = this.values.back(end, MAX_KEY_LENGTH, Character::isLetterOrDigit);
		return this.text.regionMatches(true, scheme, WEB_SCHEME, 0, WEB_SCHEME.length());
	}

	/** Returns the last at sign in the address; each address is searched once. */
	private int lastAt(int start) {
		if (start >= this.endOfAuthority) {
			int end = this.values.forward(start, (c) -> c <= ' ' || c == ',' || c == '<' || c == '>');
			this.endOfAuthority = end;
			this.lastAt = lastAt(start, end);
		}
		return this.lastAt;
	}

	/** A password may have a space. */
	private int atBehindSpace(int start) {
		int end = start;
		while (end < this.text.length() && end - start < MAX_KEY_LENGTH
				&& "@\n\r\"".indexOf(this.text.charAt(end)) < 0) {
			end++;
		}
		return (end < this.text.length() && this.text.charAt(end) == '@') ? end : -1;
	}

	private int lastAt(int start, int end) {
		int at = end - 1;
		while (at >= start && this.text.charAt(at) != '@') {
			at--;
		}
		return at;
	}

	/** Reads JSON, unless text was decoded too often. */
	private int structure(int start) {
		return (this.nesting < MAX_NESTING) ? json().scan(start) : start + 1;
	}

	private JsonScan json() {
		SensitiveKeys keys = Objects.requireNonNull(this.keys);
		return new JsonScan(this.text, keys, this.values, this.out, this::nested);
	}

	private String nested(String name, String text) {
		return (text.length() < LEAST_LENGTH) ? text : new SecretScan(name, text, this.keys, this.nesting + 1).redact();
	}

	/** Masks the value behind {@code key=} or {@code "key": }. */
	private int assigned(int separator) {
		KeyKind kind = kindOfKeyBefore(separator);
		this.part = separator + 1;
		if (kind == KeyKind.HARMLESS) {
			return separator + 1;
		}
		int start = this.values.forward(separator + 1, (c) -> c != ' ' && c != '\t' && c != '=' && c != '>');
		return isOtherKeyAt(start, separator) ? start : value(kind, separator, start);
	}

	/** As in {@code Bad credentials: Authorization: ...}. */
	private boolean isOtherKeyAt(int start, int separator) {
		int end = this.values.forward(start, (c) -> !Character.isLetter(c) && c != '-');
		return start > separator + 1 && end < this.text.length() && end - start <= MAX_KEY_LENGTH
				&& this.text.charAt(end) == ':' && this.keys != null
				&& this.keys.of(this.text.substring(start, end)) != KeyKind.HARMLESS;
	}

	private int value(KeyKind kind, int separator, int start) {
		String quote = this.values.quoteAt(start);
		if (!quote.isEmpty()) {
			int from = start + quote.length();
			int end = this.values.endOfQuoted(from, quote);
			return (end > from) ? mask(from, end) : from;
		}
		if (this.text.startsWith(Redactor.MASK, start)) {
			return start + Redactor.MASK.length();
		}
		int end = endOfUnquoted(kind, separator, start);
		if (end <= start) {
			return separator + 1;
		}
		String keyQuote = this.values.quoteBefore(separator);
		this.out.replace(start, end, keyQuote + Redactor.MASK + keyQuote);
		return end;
	}

	private KeyKind kindOfKeyBefore(int separator) {
		int end = separator;
		int start = end;
		boolean index = true;
		while (index) {
			end = this.values.back(start, MAX_QUOTES, (c) -> "\"'\\ \t][".indexOf(c) >= 0);
			start = startOfKey(end);
			index = start > 0 && end > start && this.text.charAt(start - 1) == '['
					&& this.text.substring(start, end).chars().allMatch(Character::isDigit);
		}
		SensitiveKeys keys = Objects.requireNonNull(this.keys);
		if (keys.isShort(end - start)) {
			return KeyKind.HARMLESS;
		}
		String key = this.text.substring(start, end);
		if (start > 0 && this.text.charAt(start - 1) == ' ' && keys.dependsOnContext(key)) {
			int first = startOfKey(start - 1);
			first = (first > 0 && this.text.charAt(first - 1) == ' ') ? startOfKey(first - 1) : first;
			return keys.ofPhrase(this.text.substring(first, end));
		}
		return keys.of(key);
	}

	private int startOfKey(int end) {
		return this.values.back(end, MAX_KEY_LENGTH, (c) -> isPartOfKey((char) c));
	}

	static boolean isPartOfKey(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
	}

	private int endOfUnquoted(KeyKind kind, int separator, int start) {
		if (start < this.text.length() && "{[".indexOf(this.text.charAt(start)) >= 0) {
			int end = this.values.endOfStructure(start);
			return (end > 0) ? end : this.values.forward(start, (c) -> c == '\n' || c == '\r');
		}
		return this.values.withoutBackslashes(start,
				new UnquotedValue(this.text, kind, this.text.charAt(separator), start, this.query).end());
	}

	/** Masks the text of an XML element, which may have attributes. */
	private int element(int close) {
		int open = this.values.back(close, MAX_ELEMENT, (c) -> c != '<' && c != '>');
		int end = this.values.forward(open, (c) -> !isPartOfKey((char) c));
		boolean opens = open > 0 && this.text.charAt(open - 1) == '<';
		SensitiveKeys keys = Objects.requireNonNull(this.keys);
		if (!opens || keys.of(this.text.substring(open, Math.min(end, close))) == KeyKind.HARMLESS) {
			return close + 1;
		}
		int endOfText = this.values.forward(close + 1, (c) -> c == '<');
		return (endOfText > close + 1) ? mask(close + 1, endOfText) : close + 1;
	}

	/** Masks the value behind the option of a command, as in {@code --password abc}. */
	private int option(int start) {
		int from = start + OPTION.length();
		int end = this.values.forward(from, (c) -> !isPartOfKey((char) c));
		boolean named = end < this.text.length() && this.text.charAt(end) == ' ' && end - from <= MAX_KEY_LENGTH;
		SensitiveKeys keys = Objects.requireNonNull(this.keys);
		if (!named || keys.of(this.text.substring(from, end)) == KeyKind.HARMLESS) {
			return Math.max(from, end);
		}
		int endOfValue = this.values.forward(end + 1, (c) -> c <= ' ');
		boolean masked = this.text.startsWith(Redactor.MASK, end + 1);
		return (endOfValue > end + 1 && !masked) ? mask(end + 1, endOfValue) : end;
	}

	/** Decodes the part of a URL or a form that has an escape here. */
	private int encoded(int escape) {
		int end = this.values.forward(escape, (c) -> c <= ' ' || "&=#\"'<>\\".indexOf(c) >= 0);
		int start = Math.max(this.part, this.out.end());
		this.part = end;
		String plain = (this.nesting < MAX_NESTING && start < end) ? decode(this.text.substring(start, end)) : "";
		if (end < this.text.length() && this.text.charAt(end) == '='
				&& Objects.requireNonNull(this.keys).of(plain) != KeyKind.HARMLESS) {
			return value(Objects.requireNonNull(this.keys).of(plain), end, end + 1);
		}
		String redacted = nested("", plain);
		if (!redacted.equals(plain)) {
			this.out.replace(start, end, URLEncoder.encode(redacted, StandardCharsets.UTF_8));
		}
		return Math.max(end, escape + 1);
	}

	private static String decode(String encoded) {
		try {
			return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

}

package dev.cairn.redaction;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import dev.cairn.redaction.RedactionRules.KeyKind;
import org.jspecify.annotations.Nullable;

/**
 * Masks the secrets in a text in one pass from left to right. At each character that may
 * begin or separate something, it asks what is there: the number of a card, a credential
 * by its shape, the option of a command, the user of a URL, the value of a key, JSON, an
 * XML element, or an encoded part of a URL. Each answer masks a secret or leaves it, and
 * the pass continues behind it. Text that is read ahead is either masked or bounded, so
 * that the time is linear.
 */
final class TextRedaction {

	/** How often text in a text may be decoded. */
	private static final int MAX_NESTING = 6;

	/** The shortest secret is a key of three letters with a value. */
	private static final int LEAST_LENGTH = 5;

	private static final int ASCII = 128;

	/** The characters that begin or separate something wherever they are. */
	private static final boolean[] INTERESTING = new boolean[ASCII];

	/** Those of them that have to do with the secrets beside them. */
	private static final String SEPARATORS = "=:{[%>";

	/** The characters that begin something at the start of a word. */
	private static final boolean[] FIRST = new boolean[ASCII];

	static {
		for (char c = 0; c < ASCII; c++) {
			INTERESTING[c] = c <= ' ' || CardNumbers.isFirst(c) || (SEPARATORS + "&?\"").indexOf(c) >= 0;
			FIRST[c] = SecretShapes.isFirst(c);
		}
	}

	private final MaskedText text;

	private final String name;

	/** Recognizes keys; {@code null} if secrets are only recognized by their shape. */
	private final @Nullable SensitiveKeys keys;

	private final int nesting;

	private final SecretShapes shapes;

	private @Nullable KeyedValues values;

	private @Nullable CommandOptions options;

	private @Nullable UserInfo users;

	/** The start of the part of a URL or a form that is being read. */
	private int part;

	/** Whether that is the query of a URL, which has no spaces. */
	private boolean query;

	TextRedaction(String name, String text, @Nullable SensitiveKeys keys, int nesting) {
		this.name = name;
		this.text = new MaskedText(text);
		this.keys = keys;
		this.nesting = nesting;
		this.shapes = new SecretShapes(this.text);
	}

	/**
	 * Returns the text with its secrets masked; the same object if it has none.
	 * @param name the name of the text, or an empty text
	 * @param text the text
	 * @param keys recognizes keys; {@code null} if only shapes are recognized
	 */
	static String redact(String name, String text, @Nullable SensitiveKeys keys) {
		return redact(name, text, keys, 0);
	}

	private static String redact(String name, String text, @Nullable SensitiveKeys keys, int nesting) {
		boolean suspicious = text.length() >= LEAST_LENGTH && isSuspicious(text);
		return suspicious ? new TextRedaction(name, text, keys, nesting).redact() : text;
	}

	/** Returns whether a secret may begin anywhere; most values are plain. */
	static boolean isSuspicious(String text) {
		boolean suspicious = false;
		for (int i = 0; i < text.length() && !suspicious; i++) {
			char c = text.charAt(i);
			suspicious = c < ASCII && (FIRST[c] || INTERESTING[c]) && mayBegin(text, i, c);
		}
		return suspicious;
	}

	private static boolean mayBegin(String text, int start, char c) {
		char before = (start > 0) ? text.charAt(start - 1) : ' ';
		boolean word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z')
				|| (before >= '0' && before <= '9');
		if (FIRST[c]) {
			return !word && SecretShapes.mayBegin(text, start);
		}
		return CardNumbers.isFirst(c) ? !word && before != '-' && CardNumbers.mayBegin(text, start)
				: SEPARATORS.indexOf(c) >= 0;
	}

	String redact() {
		int i = 0;
		while (i < this.text.length()) {
			char c = this.text.at(i);
			boolean interesting = c < ASCII && (INTERESTING[c] || (FIRST[c] && this.text.isStartOfWord(i)));
			// An empty value ends where it begins
			i = interesting ? Math.max(next(i, c), i + 1) : i + 1;
		}
		return this.text.toString();
	}

	/** Masks the secret at a position, if any, and returns the position to go on at. */
	private int next(int i, char c) {
		if (CardNumbers.isFirst(c)) {
			return cardNumber(i);
		}
		if (FIRST[c]) {
			return (c == '-' && this.keys != null && !this.text.isAt(i, SecretShapes.PEM)) ? options(this.keys).mask(i)
					: this.shapes.mask(i);
		}
		if (c == ':' && this.text.isAt(i, "://")) {
			return users().mask(i + 3);
		}
		if (this.keys == null) {
			return i + 1;
		}
		return switch (c) {
			case '=', ':' -> assigned(i, this.keys);
			case '{', '[' -> structure(i, this.keys);
			case '%' -> encoded(i, this.keys);
			case '>' -> values(this.keys).maskElement(i);
			default -> delimiter(i, c);
		};
	}

	private int delimiter(int i, char c) {
		if (c == '&' || c == '?' || c == '"' || c <= ' ') {
			this.part = i + 1;
			this.query = c == '?' || (c == '&' && this.query);
		}
		return i + 1;
	}

	private int cardNumber(int start) {
		int end = CardNumbers.endOfCard(this.text, start);
		if (end < 0 || SensitiveKeys.isNumber(nameBefore(start))) {
			return (end < 0) ? start + 1 : end;
		}
		int separator = this.text.back(start, MaskedText.MAX_QUOTES, (c) -> c == ' ') - 1;
		String quote = (this.text.at(separator) == ':') ? this.text.quoteBefore(separator) : "";
		return this.text.replace(start, end, quote + Redactor.MASK + quote);
	}

	/** Returns the two words before a number, or the name of the text. */
	private String nameBefore(int start) {
		int end = this.text.back(start, MaskedText.MAX_QUOTES, (c) -> " =:#\"'\\".indexOf(c) >= 0);
		int word = this.text.startOfKey(end);
		int other = (this.text.at(word - 1) == ' ') ? this.text.startOfKey(word - 1) : word;
		return (end == 0) ? this.name : this.text.part(other, end);
	}

	private int assigned(int separator, SensitiveKeys keys) {
		this.part = separator + 1;
		return values(keys).maskAssigned(separator, this.query);
	}

	/** Reads JSON, unless text was decoded too often. */
	private int structure(int start, SensitiveKeys keys) {
		return (this.nesting < MAX_NESTING) ? new JsonRedaction(this.text, keys, this::nested).mask(start) : start + 1;
	}

	private String nested(String name, String text) {
		return redact(name, text, this.keys, this.nesting + 1);
	}

	/** Decodes the part of a URL or a form that has an escape here. */
	private int encoded(int escape, SensitiveKeys keys) {
		int end = this.text.forward(escape, (c) -> c <= ' ' || "&=#\"'<>\\".indexOf(c) >= 0);
		int start = Math.max(this.part, this.text.endOfReplaced());
		this.part = end;
		String plain = (this.nesting < MAX_NESTING && start < end) ? decode(this.text.part(start, end)) : "";
		KeyKind kind = (this.text.at(end) == '=') ? keys.of(plain) : KeyKind.HARMLESS;
		if (kind != KeyKind.HARMLESS) {
			return values(keys).maskValue(kind, end, end + 1, this.query);
		}
		String redacted = nested("", plain);
		if (!redacted.equals(plain)) {
			this.text.replace(start, end, URLEncoder.encode(redacted, StandardCharsets.UTF_8));
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

	private KeyedValues values(SensitiveKeys keys) {
		this.values = (this.values != null) ? this.values : new KeyedValues(this.text, keys);
		return this.values;
	}

	private CommandOptions options(SensitiveKeys keys) {
		this.options = (this.options != null) ? this.options : new CommandOptions(this.text, keys);
		return this.options;
	}

	private UserInfo users() {
		this.users = (this.users != null) ? this.users : new UserInfo(this.text);
		return this.users;
	}

}

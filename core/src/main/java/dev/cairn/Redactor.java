package dev.cairn;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Masks credentials and card numbers: values whose key looks like that of a credential,
 * credentials in text ({@code password=...}, {@code Authorization: ...},
 * {@code Bearer ...}, {@code scheme://user:password@host}), and numbers that look like
 * payment cards. Takes time linear in the length of the text. Thread-safe; never throws.
 */
public final class Redactor {

	/** The text that replaces a secret. */
	public static final String MASK = "********";

	/** The words that make a key sensitive, anywhere in the key. */
	public static final List<String> DEFAULT_WORDS = List.of("password", "passwd", "passphrase", "pwd", "secret",
			"token", "authorization", "cookie", "apikey", "accesskey", "privatekey", "session", "credential", "dsn",
			"cardnumber", "creditcard", "cvv");

	/** A redactor with the default words. */
	public static final Redactor DEFAULT = new Redactor(DEFAULT_WORDS, List.of());

	/** A redactor that masks nothing. */
	public static final Redactor NONE = new Redactor();

	private static final int MAX_CACHED_KEYS = 2000;

	private static final int MAX_KEY_LENGTH = 200;

	private final boolean enabled;

	private final List<String> words;

	private final Collection<String> allowed;

	private final Map<String, Boolean> sensitive = new ConcurrentHashMap<>();

	private Redactor() {
		this.enabled = false;
		this.words = List.of();
		this.allowed = List.of();
	}

	/**
	 * Creates a redactor.
	 * @param words the words that make a key sensitive; case, dashes, underscores and
	 * dots are ignored
	 * @param allowed keys that are not sensitive although they contain such a word
	 */
	public Redactor(Collection<String> words, Collection<String> allowed) {
		this.enabled = true;
		this.words = words.stream().map(Redactor::normalize).filter((word) -> !word.isEmpty()).toList();
		this.allowed = allowed.stream().map(Redactor::normalize).toList();
	}

	/**
	 * Returns whether a value with the given key has to be masked.
	 * @param key the key of a field, header, tag or argument
	 * @return {@code true} if the key looks like a credential
	 */
	public boolean isSensitive(String key) {
		if (!this.enabled) {
			return false;
		}
		Boolean known = this.sensitive.get(key);
		if (known != null) {
			return known;
		}
		boolean matches = matches(key);
		if (this.sensitive.size() < MAX_CACHED_KEYS) {
			this.sensitive.put(key, matches);
		}
		return matches;
	}

	/**
	 * Masks the secrets in a text.
	 * @param value any text
	 * @return the text with its secrets masked; the same object if it has none
	 */
	public String redact(String value) {
		return this.enabled ? SecretScan.redact(value, this::matches) : value;
	}

	/**
	 * Masks a number that looks like a payment card.
	 * @param value any number
	 * @return the number, or {@link #MASK}
	 */
	public Object redact(Number value) {
		return (this.enabled && CardNumbers.isCard(value)) ? MASK : value;
	}

	private boolean matches(String key) {
		String normalized = normalize((key.length() > MAX_KEY_LENGTH) ? key.substring(0, MAX_KEY_LENGTH) : key);
		return this.words.stream().anyMatch(normalized::contains) && !this.allowed.contains(normalized);
	}

	private static String normalize(String key) {
		StringBuilder letters = new StringBuilder(key.length());
		for (int i = 0; i < key.length(); i++) {
			char c = key.charAt(i);
			if (Character.isLetterOrDigit(c)) {
				letters.append(c);
			}
		}
		return letters.toString().toLowerCase(Locale.ROOT);
	}

}

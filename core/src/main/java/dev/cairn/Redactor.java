package dev.cairn;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps credentials and card numbers from leaving the service: values whose key looks
 * like a credential, credentials that stand in text ({@code password=...},
 * {@code Authorization: ...}, {@code Bearer ...}, {@code scheme://user:password@host}),
 * and numbers that look like payment cards. Thread-safe; never throws. The time is linear
 * in the text.
 */
public final class Redactor {

	/** What stands where a secret was. */
	public static final String MASK = "********";

	/** Words that make a key sensitive wherever they stand in it. */
	public static final List<String> DEFAULT_WORDS = List.of("password", "passwd", "passphrase", "pwd", "secret",
			"token", "authorization", "cookie", "apikey", "accesskey", "privatekey", "session", "credential", "dsn",
			"cardnumber", "creditcard", "cvv");

	/** Redacts what looks like a credential under the default words. */
	public static final Redactor DEFAULT = new Redactor(DEFAULT_WORDS, List.of());

	/** Redacts nothing. */
	public static final Redactor NONE = new Redactor();

	private static final int MAX_CACHED_KEYS = 2000;

	private static final int MAX_KEY_LENGTH = 200;

	private final boolean enabled;

	private final List<String> words;

	private final Collection<String> allowed;

	private final Map<String, Boolean> sensitive = new ConcurrentHashMap<>();

	private final TextRedactor text = new TextRedactor(this::matches);

	private Redactor() {
		this.enabled = false;
		this.words = List.of();
		this.allowed = List.of();
	}

	/**
	 * Create a redactor.
	 * @param words what makes a key sensitive; case, dashes, underscores and dots do not
	 * matter
	 * @param allowed keys that are not sensitive although they hold such a word
	 */
	public Redactor(Collection<String> words, Collection<String> allowed) {
		this.enabled = true;
		this.words = words.stream().map(Redactor::normalize).filter((word) -> !word.isEmpty()).toList();
		this.allowed = allowed.stream().map(Redactor::normalize).toList();
	}

	/**
	 * Whether a value with this key has to be masked.
	 * @param key the key of a field, header, tag or argument
	 * @return {@code true} when the key looks like a credential
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
	 * Mask the secrets in a text.
	 * @param value any text
	 * @return the same object when there is nothing to mask
	 */
	public String redact(String value) {
		return this.enabled ? this.text.redact(value) : value;
	}

	/**
	 * Masks a number that looks like a payment card.
	 * @param value any number
	 * @return the number, or {@link #MASK}
	 */
	public Object redact(Long value) {
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

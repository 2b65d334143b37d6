package dev.cairn.redaction;

import java.util.Collection;
import java.util.List;

import dev.cairn.redaction.RedactionRules.KeyKind;
import org.jspecify.annotations.Nullable;

/**
 * Masks credentials and account numbers: values whose key has the words of a credential,
 * such as {@code password} and {@code X-Api-Key}, and values that have the shape of one,
 * such as a JWT, the key of a cloud provider, {@code Bearer ...},
 * {@code scheme://user:password@host}, or the number of a payment card. In text, JSON is
 * read as JSON and stays JSON, and what is encoded for a URL is decoded. The rules are in
 * {@code META-INF/cairn/redaction.rules}. Takes time linear in the length of the text.
 * Thread-safe; never throws.
 */
public final class Redactor {

	/** The text that replaces a secret. */
	public static final String MASK = "********";

	/**
	 * The words that make a key sensitive. A word with a star also matches the end of a
	 * longer word. These words do not apply beside harmless ones, as in
	 * {@code tokens_used}.
	 */
	public static final List<String> DEFAULT_WORDS = List.copyOf(RedactionRules.INSTANCE.words.keySet());

	/** A redactor with the default words. */
	public static final Redactor DEFAULT = new Redactor(DEFAULT_WORDS, List.of());

	/** A redactor that masks nothing. */
	public static final Redactor NONE = new Redactor();

	private final @Nullable SensitiveKeys keys;

	private Redactor() {
		this.keys = null;
	}

	/**
	 * Creates a redactor.
	 * @param words the words that make a key sensitive; several words, as in
	 * {@code tax id}, match side by side. Words of the application also match the end of
	 * a longer word
	 * @param allowed keys that are not sensitive although they have such a word; case,
	 * dashes, underscores and dots are ignored
	 */
	public Redactor(Collection<String> words, Collection<String> allowed) {
		this.keys = new SensitiveKeys(words, allowed);
	}

	/**
	 * Returns whether a value with the given key has to be masked.
	 * @param key the key of a field, header or argument
	 * @return {@code true} if the key names a credential
	 */
	public boolean isSensitive(String key) {
		return this.keys != null && this.keys.of(key) != KeyKind.HARMLESS;
	}

	/**
	 * Masks the secrets in a text.
	 * @param value any text
	 * @return the text with its secrets masked; the same object if it has none
	 */
	public String redact(String value) {
		return redactText("", value);
	}

	/**
	 * Masks a text if its key names a credential, and otherwise the secrets in it.
	 * @param key the key of the text
	 * @param value any text
	 * @return the text with its secrets masked; the same object if it has none
	 */
	public String redact(String key, String value) {
		return isSensitive(key) ? MASK : redactText(key, value);
	}

	/**
	 * Masks the secrets in a text whose key does not name a credential.
	 * @param key the key of the text, which may name a number that looks like a secret
	 * @param value any text
	 * @return the text with its secrets masked; the same object if it has none
	 */
	public String redactText(String key, String value) {
		return (this.keys != null) ? TextRedaction.redact(key, value, this.keys) : value;
	}

	/**
	 * Masks a number if its key names a credential, or if it looks like the number of a
	 * payment card and its key does not name another number, such as that of an order.
	 * @param key the key of the number
	 * @param value any number
	 * @return the number, or {@link #MASK}
	 */
	public Object redact(String key, Number value) {
		boolean masked = this.keys != null
				&& (isSensitive(key) || (CardNumbers.isCard(value) && !SensitiveKeys.isNumber(key)));
		return masked ? MASK : value;
	}

	/**
	 * Masks what has the shape of a secret, regardless of keys.
	 * @param value any text, such as the value of a tag
	 * @return the text with its secrets masked; the same object if it has none
	 */
	public String redactShapes(String value) {
		return (this.keys != null) ? TextRedaction.redact("", value, null) : value;
	}

}

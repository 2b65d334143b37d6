package dev.cairn.spring.core;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.core.env.PropertySource;

/**
 * Masks values of properties: by the functions of the application, and regardless of
 * {@code cairn.redaction}, by their keys and by the shape of a secret.
 */
final class PropertyRedaction {

	static final String MASK = SanitizableData.SANITIZED_VALUE;

	/** Secrets whose keys have no word of a credential. */
	private static final List<String> SECRETS = List.of("requests.visitor.key", "sentry.dsn", "jaas.config",
			"notifications.webhook-url", "user.info", "keystore.key", "key-store-key");

	/** Names of cookies. */
	private static final Set<String> NAMES = Set.of("cairn.requests.consent.cookie", "cairn.requests.visitor.cookie");

	private final Sanitizer sanitizer;

	private final Redactor redactor;

	private final Extensions extensions;

	PropertyRedaction(Iterable<SanitizingFunction> functions, Redactor redactor, Extensions extensions) {
		this.sanitizer = new Sanitizer(functions);
		this.redactor = redactor;
		this.extensions = extensions;
	}

	/**
	 * Masks a value. It is hidden as a whole if a function fails.
	 * @param source the source of the value
	 * @param key the name of the property
	 * @param value the value
	 * @param show whether values are shown at all
	 * @return the value that may be shown
	 */
	Object redact(@Nullable PropertySource<?> source, String key, Object value, boolean show) {
		if (isSecret(key)) {
			return MASK;
		}
		Object sanitized = this.extensions.get("sanitizing function",
				() -> this.sanitizer.sanitize(new SanitizableData(source, key, value), show));
		if (sanitized instanceof Boolean) {
			return sanitized;
		}
		if (sanitized instanceof Number number) {
			return Redactor.DEFAULT.redact(key, number);
		}
		return (sanitized != null) ? text(sanitized.toString()) : MASK;
	}

	boolean isSecret(String key) {
		String name = key.toLowerCase(Locale.ROOT).replace("[", ".").replace("]", "");
		return !NAMES.contains(name) && (SECRETS.stream().anyMatch(name::endsWith)
				|| Stream.of(Redactor.DEFAULT, this.redactor).anyMatch((each) -> each.isSensitive(key)));
	}

	/** Masks what has the shape of a secret. */
	String text(String text) {
		return this.redactor.redact(Redactor.DEFAULT.redact(text));
	}

}

package dev.cairn.console;

import java.net.URI;
import java.util.function.UnaryOperator;

import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Adds the credentials of the configuration to instances.
 */
@FunctionalInterface
interface Credentials extends UnaryOperator<Instance> {

	/**
	 * Checks credentials.
	 * @param prefix the name of the properties before the last word
	 * @param username the name of a user, or {@code null}
	 * @param password the password of the user, or {@code null}
	 * @param token a bearer token, or {@code null}
	 * @return the credentials
	 */
	static Credentials of(String prefix, @Nullable String username, @Nullable String password, @Nullable String token) {
		if ((username != null) != (password != null) || (username != null && token != null)) {
			throw new InvalidConfigurationPropertyValueException(prefix + ".username", username,
					"It must come with a password and without a token, or there must be neither of them.");
		}
		Instance example = Instance.of("example", URI.create("http://localhost"));
		if (username != null && password != null) {
			InvalidProperty.check(prefix + ".username", username,
					() -> example.withBasicAuthentication(username, password));
			return (instance) -> instance.withBasicAuthentication(username, password);
		}
		if (token != null) {
			InvalidProperty.check(prefix + ".token", Redactor.MASK, () -> example.withBearerToken(token));
			return (instance) -> instance.withBearerToken(token);
		}
		return (instance) -> instance;
	}

}

package dev.cairn.console;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Another instance of the service, which the console reads. Immutable. Its text has no
 * credentials.
 */
public final class Instance {

	/** The instance that the browser has opened. */
	static final String SELF = "self";

	/** The sum of all instances. */
	static final String ALL = "all";

	static final int MAX_NAME = 100;

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0," + (MAX_NAME - 1) + "}");

	private static final Pattern TOKEN = Pattern.compile("[!-~]+");

	private final String name;

	private final URI url;

	private final @Nullable String authorization;

	private Instance(String name, URI url, @Nullable String authorization) {
		this.name = name;
		this.url = url;
		this.authorization = authorization;
	}

	/**
	 * Creates an instance that is read without credentials.
	 * @param name the name, which is unique and shown: 1 to 100 letters, digits and
	 * {@code . _ : -}
	 * @param url the address of its actuator, such as
	 * {@code http://10.0.0.2:8081/actuator}
	 * @return the instance
	 * @throws IllegalArgumentException if the name or the address is invalid. The message
	 * does not contain the address.
	 */
	public static Instance of(String name, URI url) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"a name must have 1 to 100 letters, digits and . _ : - but was '" + name + "'");
		}
		if (name.equals(SELF) || name.equals(ALL)) {
			throw new IllegalArgumentException("the names " + SELF + " and " + ALL + " are taken");
		}
		return new Instance(name, checked(url), null);
	}

	private static URI checked(URI url) {
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		if (!scheme.equals("http") && !scheme.equals("https")) {
			throw new IllegalArgumentException("an address must begin with http:// or https://");
		}
		if (url.getHost() == null) {
			throw new IllegalArgumentException("an address must have a host");
		}
		if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
			throw new IllegalArgumentException("an address must have neither credentials nor a query nor a fragment");
		}
		return URI.create(url.toString().replaceFirst("/+$", ""));
	}

	/**
	 * Returns this instance with a user to read it as.
	 * @param username the name of the user
	 * @param password the password of the user
	 * @return the instance
	 * @throws IllegalArgumentException if the name of the user contains a colon
	 */
	public Instance withBasicAuthentication(String username, String password) {
		if (username.contains(":")) {
			throw new IllegalArgumentException("the name of a user must not contain a colon");
		}
		byte[] credentials = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
		return new Instance(this.name, this.url, "Basic " + Base64.getEncoder().encodeToString(credentials));
	}

	/**
	 * Returns this instance with a token to read it with.
	 * @param token the bearer token
	 * @return the instance
	 * @throws IllegalArgumentException if the token has other characters than visible
	 * ones of ASCII
	 */
	public Instance withBearerToken(String token) {
		if (!TOKEN.matcher(token).matches()) {
			throw new IllegalArgumentException("a token must have visible characters of ASCII only");
		}
		return new Instance(this.name, this.url, "Bearer " + token);
	}

	/**
	 * Returns the name.
	 * @return the name, which is shown
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the address.
	 * @return the address of the actuator, without a slash at its end
	 */
	public URI url() {
		return this.url;
	}

	@Nullable String authorization() {
		return this.authorization;
	}

	@Override
	public String toString() {
		return this.name;
	}

}

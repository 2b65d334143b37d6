package dev.cairn.spring.web.request;

import org.jspecify.annotations.Nullable;

/**
 * Parses user agents. The parser is called on a thread of its own, once for each user
 * agent that is not cached, and may therefore be slow.
 */
@FunctionalInterface
public interface UserAgentParser {

	/**
	 * Parses a user agent.
	 * @param userAgent the header as the client sent it, at most 512 characters
	 * @return the client's software
	 */
	ClientSoftware parse(String userAgent);

	/**
	 * The software of a client.
	 *
	 * @param browser the name of the browser or program
	 * @param browserVersion its major version
	 * @param os the name of the operating system
	 * @param deviceClass {@code desktop}, {@code phone}, {@code tablet}, {@code tv} or
	 * {@code robot}
	 */
	record ClientSoftware(@Nullable String browser, @Nullable String browserVersion, @Nullable String os,
			@Nullable String deviceClass) {

		/** The software of a client about which nothing is known. */
		public static final ClientSoftware UNKNOWN = new ClientSoftware(null, null, null, null);

	}

}

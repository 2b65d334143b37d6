package dev.cairn.collector;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A request to the collector without its body, independent of the web stack.
 *
 * @param method the method
 * @param query the query as it was sent, or {@code null}
 * @param address the address of the client, or {@code null} if it is not known
 * @param headers the values of the headers by name, in lower case
 */
record CollectorRequest(String method, @Nullable String query, @Nullable String address, Map<String, String> headers) {

	private static final String BEARER = "bearer ";

	@Nullable String header(String name) {
		return this.headers.get(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Returns the media type without its parameters, in lower case; empty without one.
	 */
	String contentType() {
		String type = header("Content-Type");
		return (type != null) ? type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT) : "";
	}

	/** Returns the key that the client has sent, or {@code null} without one. */
	@Nullable String key() {
		String authorization = header("Authorization");
		if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
			return authorization.substring(BEARER.length()).strip();
		}
		String key = header("X-Cairn-Key");
		return (key != null) ? key : parameter("key");
	}

	/** Reads the query itself: the container might read the body for a parameter. */
	@Nullable String parameter(String name) {
		if (this.query == null) {
			return null;
		}
		for (String pair : this.query.split("&", -1)) {
			if (pair.startsWith(name + "=")) {
				try {
					return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
				}
				catch (IllegalArgumentException ex) {
					return null;
				}
			}
		}
		return null;
	}

	/**
	 * Returns whether a process of this host has sent it, and not a proxy on this host.
	 */
	boolean isLocal() {
		String from = this.address;
		return from != null && (from.startsWith("127.") || from.equals("::1") || from.equals("0:0:0:0:0:0:0:1"))
				&& header("X-Forwarded-For") == null && header("Forwarded") == null;
	}

}

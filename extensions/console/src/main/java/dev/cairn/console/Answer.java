package dev.cairn.console;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the console, independent of the web stack.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body
 */
record Answer(int status, Map<String, String> headers, byte[] body) {

	static final String CONTENT_TYPE = "Content-Type";

	/** Nothing of another origin, nothing inline, and no frame around it. */
	static final Map<String, String> SAFE = Map.of("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
					+ "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
					+ "frame-ancestors 'none'",
			"X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy", "no-referrer",
			"Cross-Origin-Resource-Policy", "same-origin");

	private static final String CACHE_CONTROL = "Cache-Control";

	private static Answer of(int status, Map<String, String> more, byte[] body) {
		Map<String, String> headers = new LinkedHashMap<>(SAFE);
		headers.putAll(more);
		return new Answer(status, headers, body);
	}

	static Answer json(int status, byte[] body) {
		return of(status, Map.of(CONTENT_TYPE, "application/json", CACHE_CONTROL, "no-store"), body);
	}

	static Answer text(String text) {
		return of(200, Map.of(CONTENT_TYPE, "text/plain;charset=UTF-8", CACHE_CONTROL, "no-store"),
				text.getBytes(StandardCharsets.UTF_8));
	}

	static Answer error(int status, String reason) {
		try {
			return json(status, Json.write(Map.of("error", reason)));
		}
		catch (Json.TooLargeException ex) {
			return json(status, "{}".getBytes(StandardCharsets.US_ASCII));
		}
	}

	static Answer redirect(String location) {
		return of(302, Map.of("Location", location, CACHE_CONTROL, "no-store"), new byte[0]);
	}

	static Answer file(String type, String tag, byte[] body) {
		return of(200, Map.of(CONTENT_TYPE, type, CACHE_CONTROL, "no-cache", "ETag", tag), body);
	}

	static Answer notModified(String tag) {
		return of(304, Map.of(CACHE_CONTROL, "no-cache", "ETag", tag), new byte[0]);
	}

	Answer with(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new Answer(this.status, more, this.body);
	}

}

package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * The script of the beacon and its settings over HTTP, independent of the web stack.
 * Pages of any origin may read both. Thread-safe.
 */
final class BeaconFiles {

	static final String SCRIPT = "/beacon.js";

	static final String SETTINGS = "/beacon.json";

	private static final Duration UNVERSIONED = Duration.ofMinutes(10);

	private final BeaconScript script;

	private final BeaconSettings settings;

	private final String tag;

	private final String maxAge;

	BeaconFiles(BeaconScript script, BeaconSettings settings, Duration maxAge) {
		this.script = script;
		this.settings = settings;
		// Weak, since it is that of the compressed script as well
		this.tag = "W/\"" + script.version() + "\"";
		this.maxAge = maxAge.isZero() ? "no-cache" : "private, max-age=" + Math.max(1, maxAge.toSeconds());
	}

	Answer script(BeaconRequest request) {
		Map<String, String> headers = headers("text/javascript;charset=UTF-8", isCurrent(request)
				? "public, max-age=31536000, immutable" : "public, max-age=" + UNVERSIONED.toSeconds());
		headers.put("ETag", this.tag);
		headers.put("Vary", "Accept-Encoding");
		String known = request.ifNoneMatch();
		if (known != null && known.contains(this.tag)) {
			return answer(request, 304, headers, new byte[0]);
		}
		String encodings = request.acceptEncoding();
		if (encodings == null || !encodings.contains("gzip")) {
			return answer(request, 200, headers, this.script.content());
		}
		headers.put("Content-Encoding", "gzip");
		return answer(request, 200, headers, this.script.compressed());
	}

	/**
	 * Returns whether the address has the hash of the script, so that it never changes.
	 */
	private boolean isCurrent(BeaconRequest request) {
		String query = request.query();
		return query != null && Arrays.asList(query.split("&")).contains("v=" + this.script.version());
	}

	Answer settings(BeaconRequest request) {
		RequestFacts facts = RequestFacts.current();
		boolean described = facts == null || facts.hasConsent();
		return answer(request, 200, headers("application/json", this.maxAge), this.settings.toJson(described));
	}

	private static Map<String, String> headers(String type, String cacheControl) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Type", type);
		headers.put("Cache-Control", cacheControl);
		headers.put("X-Content-Type-Options", "nosniff");
		headers.put("Access-Control-Allow-Origin", "*");
		headers.put("Cross-Origin-Resource-Policy", "cross-origin");
		return headers;
	}

	private static Answer answer(BeaconRequest request, int status, Map<String, String> headers, byte[] body) {
		if ("GET".equals(request.method()) || "HEAD".equals(request.method())) {
			return new Answer(status, headers, body);
		}
		return new Answer(405, Map.of("Allow", "GET, HEAD", "Content-Type", "text/plain"),
				"The method must be GET.".getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * A request for a file.
	 *
	 * @param method the method
	 * @param query the query as it was sent, or {@code null}
	 * @param ifNoneMatch the tags that the client knows, or {@code null}
	 * @param acceptEncoding the encodings that the client accepts, or {@code null}
	 */
	record BeaconRequest(String method, @Nullable String query, @Nullable String ifNoneMatch,
			@Nullable String acceptEncoding) {
	}

}

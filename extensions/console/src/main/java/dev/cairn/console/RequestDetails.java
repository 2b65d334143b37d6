package dev.cairn.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the facts of a request, which are not valid after its end. Credentials are
 * not copied, but that the request had some is.
 *
 * @param method the method
 * @param path the path
 * @param query the query, or {@code null} for none
 * @param route the template of the route, or {@code null} as long as it is not known
 * @param status the status; 0 as long as it is not known
 * @param user the name of the user, or {@code null}
 * @param headers some headers by name
 */
record RequestDetails(String method, String path, @Nullable String query, @Nullable String route, int status,
		@Nullable String user, Map<String, String> headers) {

	private static final List<String> HEADERS = List.of("Host", "Accept", "Accept-Language", "Content-Type",
			"User-Agent", "Origin", "Referer", "X-Requested-With", "Idempotency-Key");

	private static final List<String> CREDENTIALS = List.of("Authorization", "Cookie");

	private static final int MAX_HEADER = 1000;

	/** Returns what is known when the request begins. */
	static RequestDetails beginning(RequestFacts facts) {
		return new RequestDetails(Text.cut(facts.method(), Timeline.MAX_NAME),
				Text.cut(facts.path(), Timeline.MAX_TEXT), null, null, 0, null, Map.of());
	}

	/** Returns what is known when the request ends. */
	static RequestDetails ended(RequestFacts facts, String path) {
		Map<String, String> headers = new LinkedHashMap<>();
		for (String name : HEADERS) {
			String value = facts.publishedHeader(name);
			if (value != null) {
				headers.put(name, Text.cut(value, MAX_HEADER));
			}
		}
		for (String name : CREDENTIALS) {
			if (facts.header(name) != null) {
				headers.put(name, Redactor.MASK);
			}
		}
		String query = facts.query();
		return new RequestDetails(Text.cut(facts.method(), Timeline.MAX_NAME), path,
				(query != null) ? Text.cut(query, Timeline.MAX_TEXT) : null, Text.cut(facts.route(), Timeline.MAX_NAME),
				facts.status(), cut(facts.user()), headers);
	}

	private static @Nullable String cut(@Nullable String text) {
		return (text != null) ? Text.cut(text, Timeline.MAX_NAME) : null;
	}

	int weight() {
		return Weights.OBJECT + Weights.of(this.path) + Weights.of(this.query) + Weights.of(this.user)
				+ Weights.of(this.headers);
	}

}

package dev.cairn.spring.web.request;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client consents to being described. By default a client consents
 * unless it sends {@code DNT: 1} or {@code Sec-GPC: 1}. If a header or a cookie is
 * configured, it must be present with the right value.
 */
record Consent(boolean signals, @Nullable String header, @Nullable String cookie, NamePattern granted) {

	boolean isGiven(RequestFacts request) {
		if (this.signals && ("1".equals(request.header("Sec-GPC")) || "1".equals(request.header("DNT")))) {
			return false;
		}
		return this.header == null && this.cookie == null
				|| this.header != null && isGranted(request.header(this.header))
				|| this.cookie != null && isGranted(request.cookie(this.cookie));
	}

	private boolean isGranted(@Nullable String value) {
		return value != null && this.granted.matches(value);
	}

}

package dev.cairn.spring.web.request;

import dev.cairn.NamePattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client consents to being described. By default a client consents
 * unless it sends {@code DNT: 1} or {@code Sec-GPC: 1}. If a header or a cookie is
 * configured, it must be present with the right value.
 */
final class Consent {

	private final boolean signals;

	private final @Nullable String header;

	private final @Nullable String cookie;

	private final NamePattern granted;

	Consent(boolean signals, @Nullable String header, @Nullable String cookie, NamePattern granted) {
		this.signals = signals;
		this.header = header;
		this.cookie = cookie;
		this.granted = granted;
	}

	boolean isGiven(RequestFacts request) {
		if (this.signals && (isOne(request.header("Sec-GPC")) || isOne(request.header("DNT")))) {
			return false;
		}
		if (this.header == null && this.cookie == null) {
			return true;
		}
		return this.header != null && isGranted(request.header(this.header))
				|| this.cookie != null && isGranted(request.cookie(this.cookie));
	}

	private static boolean isOne(@Nullable String value) {
		return "1".equals(value);
	}

	private boolean isGranted(@Nullable String value) {
		return value != null && this.granted.matches(value);
	}

}

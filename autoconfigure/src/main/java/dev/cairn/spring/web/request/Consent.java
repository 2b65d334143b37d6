package dev.cairn.spring.web.request;

import dev.cairn.NamePattern;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client lets itself be described. By default one does that does not say no,
 * with {@code DNT: 1} or {@code Sec-GPC: 1}; where a header or a cookie is configured
 * that has to say yes, one that does not is taken for a no.
 */
public final class Consent {

	private final boolean signals;

	private final @Nullable String header;

	private final @Nullable String cookie;

	private final NamePattern yes;

	/**
	 * Create it.
	 * @param signals whether {@code DNT} and {@code Sec-GPC} are respected
	 * @param header the header that says yes; {@code null} for none
	 * @param cookie the cookie that says yes; {@code null} for none
	 * @param yes the value that means yes
	 */
	public Consent(boolean signals, @Nullable String header, @Nullable String cookie, NamePattern yes) {
		this.signals = signals;
		this.header = header;
		this.cookie = cookie;
		this.yes = yes;
	}

	boolean isGiven(HttpServletRequest request) {
		if (this.signals && (isOne(request.getHeader("Sec-GPC")) || isOne(request.getHeader("DNT")))) {
			return false;
		}
		if (this.header == null && this.cookie == null) {
			return true;
		}
		return this.header != null && isYes(request.getHeader(this.header))
				|| this.cookie != null && isYes(cookie(request, this.cookie));
	}

	private static boolean isOne(@Nullable String value) {
		return "1".equals(value);
	}

	private boolean isYes(@Nullable String value) {
		return value != null && this.yes.matches(value);
	}

	static @Nullable String cookie(HttpServletRequest request, String name) {
		Cookie[] cookies = request.getCookies();
		if (cookies != null) {
			for (Cookie cookie : cookies) {
				if (cookie.getName().equals(name)) {
					return cookie.getValue();
				}
			}
		}
		return null;
	}

}

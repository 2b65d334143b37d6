package dev.cairn.spring.web.request;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.NamePattern;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The requests of which no message is made, by their path within the application.
 */
public final class RequestExcludes {

	private static final String AND_BELOW = "/**";

	private final List<NamePattern> patterns;

	/**
	 * Create the excludes.
	 * @param patterns paths, in which a star stands for any characters; one that ends
	 * with {@code /**} takes the path before it too
	 */
	public RequestExcludes(List<String> patterns) {
		List<NamePattern> all = new ArrayList<>();
		for (String pattern : patterns) {
			all.add(NamePattern.of(pattern));
			if (pattern.endsWith(AND_BELOW) && pattern.length() > AND_BELOW.length()) {
				all.add(NamePattern.of(pattern.substring(0, pattern.length() - AND_BELOW.length())));
			}
		}
		this.patterns = List.copyOf(all);
	}

	boolean contain(HttpServletRequest request) {
		if (this.patterns.isEmpty()) {
			return false;
		}
		String path = request.getRequestURI().substring(request.getContextPath().length());
		for (NamePattern pattern : this.patterns) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

}

package dev.cairn.spring.web.request;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.NamePattern;

/**
 * The paths of requests that no message is published for.
 */
final class RequestExcludes {

	private static final String AND_BELOW = "/**";

	private final List<NamePattern> patterns;

	RequestExcludes(List<String> patterns) {
		List<NamePattern> all = new ArrayList<>();
		for (String pattern : patterns) {
			all.add(NamePattern.of(pattern));
			if (pattern.endsWith(AND_BELOW) && pattern.length() > AND_BELOW.length()) {
				all.add(NamePattern.of(pattern.substring(0, pattern.length() - AND_BELOW.length())));
			}
		}
		this.patterns = List.copyOf(all);
	}

	boolean match(String path) {
		return this.patterns.stream().anyMatch((pattern) -> pattern.matches(path));
	}

}

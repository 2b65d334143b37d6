package dev.cairn.spring.web.error;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.servlet.HandlerMapping;

/**
 * The template of a request's route, such as <code>/products/{id}</code>; never the raw
 * path, of which there are as many as callers like.
 */
public final class Routes {

	/** No handler was found, or the request did not come that far. */
	private static final String UNKNOWN = "UNKNOWN";

	private Routes() {
	}

	public static String of(HttpServletRequest request) {
		Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern != null) ? pattern.toString() : UNKNOWN;
	}

}

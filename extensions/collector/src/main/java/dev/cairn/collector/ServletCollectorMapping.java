package dev.cairn.collector;

import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Leads requests to the collector, which itself answers the questions of browsers about
 * origins.
 */
final class ServletCollectorMapping extends SimpleUrlHandlerMapping {

	ServletCollectorMapping(Map<String, ServletCollector> collectors, int order) {
		super(collectors, order);
	}

	@Override
	protected HandlerExecutionChain getCorsHandlerExecutionChain(HttpServletRequest request,
			HandlerExecutionChain chain, @Nullable CorsConfiguration config) {
		return chain;
	}

}

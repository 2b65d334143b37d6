package dev.cairn.spring.web.request;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.spring.context.BoundValues;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.AsyncHandlerInterceptor;

/**
 * Adds what was bound to the unit of work for its log lines (SLF4J's MDC) to the message
 * of a request, as {@code context}. Read where the handler ends, since the filters that
 * bind a value have let go of it when the request comes back to Cairn's own.
 */
public final class RequestBindings implements AsyncHandlerInterceptor, RequestMessageCustomizer {

	private static final String ATTRIBUTE = RequestBindings.class.getName();

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception ex) {
		remember(request);
	}

	@Override
	public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response,
			Object handler) {
		remember(request);
	}

	private static void remember(HttpServletRequest request) {
		if (Exchange.of(request) != null) {
			Map<String, String> bound = bound(request);
			if (!bound.isEmpty()) {
				request.setAttribute(ATTRIBUTE, bound);
			}
		}
	}

	@Override
	public void customize(Event message, HttpServletRequest request, HttpServletResponse response) {
		Map<String, String> bound = bound(request);
		if (!bound.isEmpty()) {
			message.field("context", bound);
		}
	}

	/** What was bound further inside, and later, goes before. */
	@SuppressWarnings("unchecked")
	private static Map<String, String> bound(HttpServletRequest request) {
		Map<String, String> here = BoundValues.ofThread();
		Map<String, String> before = (Map<String, String>) request.getAttribute(ATTRIBUTE);
		if (before == null) {
			return here;
		}
		if (here.isEmpty()) {
			return before;
		}
		Map<String, String> all = new LinkedHashMap<>(here);
		all.putAll(before);
		return all;
	}

}

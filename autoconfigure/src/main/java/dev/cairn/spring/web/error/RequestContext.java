package dev.cairn.spring.web.error;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.IncidentListener;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Adds to the report of an incident which request the failing thread served: method,
 * route, user and those headers that are safe to tell. Leaves the id of the incident with
 * the request, for its own message.
 */
public final class RequestContext implements IncidentEnricher, IncidentListener {

	private final List<String> headers;

	private final boolean user;

	/**
	 * Create it.
	 * @param headers names of the headers to tell, whatever their case
	 * @param user whether to tell the name of the user
	 */
	public RequestContext(List<String> headers, boolean user) {
		this.headers = List.copyOf(headers);
		this.user = user;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		HttpServletRequest request = current();
		if (request == null) {
			return;
		}
		report.field("method", request.getMethod()).field("route", Routes.of(request));
		Map<String, String> headers = headers(request);
		if (!headers.isEmpty()) {
			report.field("headers", headers);
		}
		String name = this.user ? userOf(request) : null;
		if (name != null) {
			report.field("user", name);
		}
	}

	@Override
	public void recorded(Failure failure, String errorId) {
		HttpServletRequest request = current();
		if (request != null) {
			RequestError.recorded(request, errorId);
		}
	}

	private Map<String, String> headers(HttpServletRequest request) {
		Map<String, String> told = new LinkedHashMap<>();
		for (String name : this.headers) {
			String value = request.getHeader(name);
			if (value != null) {
				told.put(name, value);
			}
		}
		return told;
	}

	/**
	 * The filters of security have let go of the user when the failure comes to the
	 * outermost one, but not when a handler has thrown it.
	 */
	private static @Nullable String userOf(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		RequestError error = RequestError.of(request);
		return (principal != null) ? principal.getName() : (error != null) ? error.user() : null;
	}

	/** Spring's is the inner one, which knows more; Cairn's is there for longer. */
	private static @Nullable HttpServletRequest current() {
		return (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? attributes.getRequest() : CurrentRequest.get();
	}

}

package dev.cairn.spring.web.error;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.MessageFields;
import dev.cairn.spring.web.request.RequestFacts;

/**
 * Adds the current request to incident reports: method, route, user, and the published
 * parts of the configured headers.
 */
final class RequestIncidentEnricher implements IncidentEnricher {

	private final List<String> headers;

	private final boolean user;

	RequestIncidentEnricher(List<String> headers, boolean user) {
		this.headers = List.copyOf(headers);
		this.user = user;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		RequestFacts request = RequestFacts.current();
		if (request == null) {
			return;
		}
		report.field(MessageFields.METHOD, request.method()).field(MessageFields.ROUTE, request.route());
		if (request.route().equals(RequestFacts.UNKNOWN_ROUTE)) {
			report.field(MessageFields.PATH, request.path());
		}
		Map<String, String> headers = new LinkedHashMap<>();
		this.headers.forEach((name) -> headers.computeIfAbsent(name, request::publishedHeader));
		if (!headers.isEmpty()) {
			report.field(MessageFields.HEADERS, headers);
		}
		String name = this.user ? request.user() : null;
		if (name != null) {
			report.field(MessageFields.USER, name);
		}
	}

}

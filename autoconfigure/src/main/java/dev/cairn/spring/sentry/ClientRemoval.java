package dev.cairn.spring.sentry;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.cairn.spring.web.request.RequestFacts;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.User;

/**
 * Removes from the events of one request what describes a client that does not consent:
 * the headers that Cairn's messages leave out too, cookies, and the address.
 */
record ClientRemoval(Set<String> publishedHeaders) implements EventProcessor {

	static ClientRemoval of(RequestFacts facts, Iterable<String> headers) {
		Set<String> published = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		headers.forEach((name) -> {
			if (facts.publishedHeader(name) != null) {
				published.add(name);
			}
		});
		return new ClientRemoval(published);
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		remove(event);
		return event;
	}

	@Override
	public SentryTransaction process(SentryTransaction transaction, Hint hint) {
		remove(transaction);
		return transaction;
	}

	private void remove(SentryBaseEvent event) {
		Request request = event.getRequest();
		if (request != null) {
			Map<String, String> headers = new HashMap<>(
					(request.getHeaders() != null) ? request.getHeaders() : Map.of());
			headers.keySet().removeIf((name) -> !this.publishedHeaders.contains(name));
			request.setHeaders(headers);
			request.setCookies(null);
		}
		User user = event.getUser();
		if (user != null) {
			user.setIpAddress(null);
		}
	}

}

package dev.cairn.spring.sentry;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.cairn.spring.web.request.RequestFacts;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.User;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Keeps from Sentry what describes a client that does not consent: the headers that
 * Cairn's messages leave out too, cookies, and the address. Comes after the filter that
 * adds the request to Sentry's scope.
 */
final class ClientConsentFilter extends HttpFilter {

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestFacts facts = RequestFacts.current();
		if (facts != null && !facts.hasConsent()) {
			Set<String> published = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
			request.getHeaderNames().asIterator().forEachRemaining((name) -> {
				if (facts.publishedHeader(name) != null) {
					published.add(name);
				}
			});
			Sentry.configureScope((scope) -> scope.addEventProcessor(new Removal(published)));
		}
		chain.doFilter(request, response);
	}

	/**
	 * Removes it from the events of one request.
	 */
	private record Removal(Set<String> publishedHeaders) implements EventProcessor {

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

}

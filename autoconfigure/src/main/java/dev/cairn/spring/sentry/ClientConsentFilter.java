package dev.cairn.spring.sentry;

import java.io.IOException;
import java.util.Collections;

import dev.cairn.spring.web.request.RequestFacts;
import io.sentry.Sentry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Keeps from Sentry what describes a client that does not consent. Comes after the filter
 * that adds the request to Sentry's scope.
 */
final class ClientConsentFilter extends HttpFilter {

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestFacts facts = RequestFacts.current();
		if (facts != null && !facts.hasConsent()) {
			ClientRemoval removal = ClientRemoval.of(facts, Collections.list(request.getHeaderNames()));
			Sentry.configureScope((scope) -> scope.addEventProcessor(removal));
		}
		chain.doFilter(request, response);
	}

}

package dev.cairn.spring.sentry;

import io.sentry.IScopes;
import io.sentry.spring7.SentryExceptionResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.ModelAndView;

/**
 * Replaces Sentry's own resolver and captures nothing.
 */
final class SilentExceptionResolver extends SentryExceptionResolver {

	SilentExceptionResolver(IScopes scopes) {
		super(scopes, (request) -> null, LOWEST_PRECEDENCE);
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		return null;
	}

}

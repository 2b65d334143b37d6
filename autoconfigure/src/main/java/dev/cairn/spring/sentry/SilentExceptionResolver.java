package dev.cairn.spring.sentry;

import io.sentry.IScopes;
import io.sentry.spring7.SentryExceptionResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.ModelAndView;

/**
 * Stands where Sentry's own resolver would, and captures nothing.
 */
public final class SilentExceptionResolver extends SentryExceptionResolver {

	/**
	 * Create a resolver.
	 * @param scopes what the resolver that it replaces would capture to
	 */
	public SilentExceptionResolver(IScopes scopes) {
		super(scopes, (request) -> null, LOWEST_PRECEDENCE);
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		return null;
	}

}

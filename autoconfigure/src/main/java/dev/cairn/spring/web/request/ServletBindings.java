package dev.cairn.spring.web.request;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Keeps the diagnostic context (MDC) of a request when its handler returns. Identifies
 * its visitor as the user before.
 */
final class ServletBindings implements AsyncHandlerInterceptor, WebMvcConfigurer {

	private final RequestVisitors visitors;

	ServletBindings(RequestVisitors visitors) {
		this.visitors = visitors;
	}

	/** The innermost interceptor, after all others have bound their values. */
	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).order(Ordered.LOWEST_PRECEDENCE);
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		RequestFacts facts = this.visitors.isAuthenticatedUserWanted() ? RequestFacts.current() : null;
		if (facts != null) {
			this.visitors.authenticated(facts.user());
		}
		return true;
	}

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception ex) {
		RequestBindings.keep();
	}

	@Override
	public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response,
			Object handler) {
		RequestBindings.keep();
	}

}

package dev.cairn.test;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Assigns a request to the test that has sent it.
 */
final class TestScopeFilter extends OncePerRequestFilter {

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		TestScope scope = TestScope.of(request.getHeader(TestScope.HEADER));
		if (scope == null) {
			chain.doFilter(request, response);
			return;
		}
		TestScope before = TestScope.current();
		TestScope.set(scope);
		try {
			chain.doFilter(request, response);
		}
		finally {
			TestScope.set(before);
		}
	}

}

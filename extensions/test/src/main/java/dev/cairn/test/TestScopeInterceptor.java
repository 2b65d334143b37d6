package dev.cairn.test;

import java.io.IOException;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Names the test that sends a request. Called on the thread of the test.
 */
final class TestScopeInterceptor implements ClientHttpRequestInterceptor {

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		TestScope scope = TestScope.current();
		if (scope != null) {
			request.getHeaders().set(TestScope.HEADER, scope.id());
		}
		return execution.execute(request, body);
	}

}

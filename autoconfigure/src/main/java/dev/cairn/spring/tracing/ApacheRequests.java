package dev.cairn.spring.tracing;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * Observes the requests of Apache's HTTP clients. Micrometer's handler can only be added
 * when a client is built.
 *
 * @param observations starts the observations
 */
record ApacheRequests(ClientObservations observations) implements MethodInterceptor {

	/** Those of the application may observe requests themselves. */
	static boolean isClient(Object bean) {
		return bean instanceof CloseableHttpClient
				&& bean.getClass().getPackage() == CloseableHttpClient.class.getPackage()
				&& !ClientBeans.isGenerated(bean);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		@Nullable Object[] arguments = invocation.getArguments();
		HttpHost host = (arguments.length > 0 && arguments[0] instanceof HttpHost first) ? first : null;
		for (Object argument : arguments) {
			if (argument instanceof ClassicHttpRequest request) {
				return execute(invocation, host, request);
			}
		}
		return invocation.proceed();
	}

	/**
	 * The application may use its request again, also at the same time, so a copy is
	 * sent.
	 */
	private @Nullable Object execute(MethodInvocation invocation, @Nullable HttpHost host, ClassicHttpRequest plain)
			throws Throwable {
		ClientRequest<ClassicHttpRequest> request = ClientRequest.start(this.observations,
				() -> new ApacheRequest(plain),
				(copy, name, value) -> Objects.requireNonNull(copy).setHeader(name, value),
				(name) -> header(plain, name), plain.getMethod(), () -> address(host, plain));
		if (request == null) {
			return invocation.proceed();
		}
		@Nullable Object[] arguments = invocation.getArguments();
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] == plain) {
				arguments[i] = request.carrier();
			}
			else if (arguments[i] instanceof HttpClientResponseHandler<?> handler) {
				arguments[i] = observed(handler, request);
			}
		}
		Object result = request.proceed(invocation);
		if (result instanceof HttpResponse response) {
			request.received(response, response.getCode());
		}
		request.stop(null);
		return result;
	}

	private static @Nullable String header(HttpMessage request, String name) {
		Header header = request.getFirstHeader(name);
		return (header != null) ? header.getValue() : null;
	}

	private static URI address(@Nullable HttpHost host, HttpRequest request) {
		try {
			return (host != null) ? URI.create(host.toURI()).resolve(request.getRequestUri()) : request.getUri();
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/** The result of a handler is not the response. */
	private static <T> HttpClientResponseHandler<T> observed(HttpClientResponseHandler<T> handler,
			ClientRequest<?> request) {
		return (response) -> {
			request.received(response, response.getCode());
			return handler.handleResponse(response);
		};
	}

}

package dev.cairn.spring.tracing;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.Builder;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import dev.cairn.internal.Throwables;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Observes the requests of the JDK's HTTP clients. Micrometer's client refuses
 * {@code HEAD} requests and web sockets, and cannot be closed.
 *
 * @param observations starts the observations
 */
record JdkRequests(ClientObservations observations) implements MethodInterceptor {

	/** Those of the application may observe requests themselves. */
	static boolean isClient(Object bean) {
		return bean instanceof HttpClient && bean.getClass().getModule() == HttpClient.class.getModule();
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		@Nullable Object[] arguments = invocation.getArguments();
		ClientRequest<Builder> request = (arguments.length > 0 && arguments[0] instanceof HttpRequest plain)
				? start(plain) : null;
		if (request == null) {
			return invocation.proceed();
		}
		arguments[0] = request.carrier().build();
		Object result = request.proceed(invocation);
		if (result instanceof CompletableFuture<?> future) {
			future.whenComplete((response, ex) -> ended(request, response, ex));
		}
		else {
			ended(request, result, null);
		}
		return result;
	}

	private @Nullable ClientRequest<Builder> start(HttpRequest request) {
		return ClientRequest.start(this.observations, () -> HttpRequest.newBuilder(request, (name, value) -> true),
				(builder, name, value) -> Objects.requireNonNull(builder).setHeader(name, value),
				(name) -> request.headers().firstValue(name).orElse(null), request.method(), request::uri);
	}

	private static void ended(ClientRequest<?> request, @Nullable Object result, @Nullable Throwable failure) {
		if (result instanceof HttpResponse<?> response) {
			request.received(response, response.statusCode());
		}
		request.stop(Throwables.ofFuture(failure));
	}

}

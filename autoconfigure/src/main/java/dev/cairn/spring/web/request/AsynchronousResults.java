package dev.cairn.spring.web.request;

import java.util.concurrent.Callable;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Passes the context of a request on to the {@code Callable} or the
 * {@code StreamingResponseBody} that its handler returns. Spring MVC runs them in an
 * executor that may not be a bean.
 */
final class AsynchronousResults implements CallableProcessingInterceptor, WebMvcConfigurer {

	private static final String SNAPSHOT = AsynchronousResults.class.getName() + ".SNAPSHOT";

	private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final ThreadLocal<ContextSnapshot.@Nullable Scope> scopes = new ThreadLocal<>();

	@Override
	public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
		configurer.registerCallableInterceptors(this);
	}

	@Override
	public <T> void beforeConcurrentHandling(NativeWebRequest request, Callable<T> task) {
		request.setAttribute(SNAPSHOT, this.snapshots.captureAll(), RequestAttributes.SCOPE_REQUEST);
	}

	@Override
	public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
		ContextSnapshot snapshot = snapshot(request);
		if (snapshot != null) {
			this.scopes.set(snapshot.setThreadLocals());
		}
	}

	private static @Nullable ContextSnapshot snapshot(NativeWebRequest request) {
		try {
			return (ContextSnapshot) request.getAttribute(SNAPSHOT, RequestAttributes.SCOPE_REQUEST);
		}
		catch (RuntimeException ex) {
			// The request has timed out, and the container has recycled it
			return null;
		}
	}

	@Override
	public <T> void postProcess(NativeWebRequest request, Callable<T> task, @Nullable Object result) {
		ContextSnapshot.Scope scope = this.scopes.get();
		if (scope != null) {
			this.scopes.remove();
			scope.close();
		}
	}

}

package dev.cairn.spring.context.propagation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.cairn.Cairn;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Throwables;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.function.SingletonSupplier;

/**
 * Captures exceptions of {@code @Async} methods with a {@code CompletableFuture} that
 * nothing depends on when it fails, and of those without a result if Spring logs them, so
 * that they have the unit of work of the call.
 */
final class AsyncErrors implements SmartInitializingSingleton {

	private static final String FUTURE = AsyncErrors.class.getName() + ".FUTURE";

	private static final Logger logger = LoggerFactory.getLogger(AsyncErrors.class);

	private final SingletonSupplier<Beans> beans;

	AsyncErrors(ObjectProvider<Cairn> cairn, ObjectProvider<Incidents> incidents,
			ObjectProvider<AsyncConfigurer> configurers) {
		this.beans = SingletonSupplier.of(() -> new Beans(cairn.getObject(), incidents.getObject(),
				isHandledByApplication(configurers.getIfUnique())));
	}

	/** Calls that are queued may begin after the context is closed. */
	@Override
	public void afterSingletonsInstantiated() {
		beans();
	}

	/** Returns {@code null} for a call while there are no beans. */
	private @Nullable Beans beans() {
		try {
			return this.beans.obtain();
		}
		catch (RuntimeException ex) {
			logger.debug("Cairn: a failure is not captured, since beans are not available", ex);
			return null;
		}
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Nullable Object rememberFuture(MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		((ProxyMethodInvocation) invocation).setUserAttribute(FUTURE, result);
		return result;
	}

	@SuppressWarnings("NullAway")
	@Nullable Object capture(MethodInvocation invocation) throws Throwable {
		Class<?> type = invocation.getMethod().getReturnType();
		Beans known = beans();
		if (known == null || (!CompletionStage.class.isAssignableFrom(type)
				&& (type != void.class || known.handledByApplication()))) {
			return invocation.proceed();
		}
		Object result;
		try {
			result = invocation.proceed();
		}
		catch (Throwable ex) {
			known.failed(invocation, ex);
			throw ex;
		}
		if (result instanceof CompletionStage<?> stage) {
			stage.whenComplete((value, thrown) -> {
				if (thrown != null) {
					known.failed(invocation, thrown);
				}
			});
		}
		return result;
	}

	private static boolean isHandledByApplication(@Nullable AsyncConfigurer configurer) {
		AsyncUncaughtExceptionHandler handler = (configurer != null) ? configurer.getAsyncUncaughtExceptionHandler()
				: null;
		return handler != null && !(handler instanceof SimpleAsyncUncaughtExceptionHandler);
	}

	/**
	 * The beans that a capture requires.
	 *
	 * @param handledByApplication whether the application handles the failures of methods
	 * without a result
	 */
	private record Beans(Cairn cairn, Incidents incidents, boolean handledByApplication) {

		void failed(MethodInvocation invocation, Throwable failure) {
			Throwable thrown = Throwables.unwrap(failure);
			if (((ProxyMethodInvocation) invocation).getUserAttribute(FUTURE) instanceof CompletableFuture<?> future
					&& future.getNumberOfDependents() > 0) {
				return;
			}
			if (this.incidents.isFailure(thrown)) {
				this.cairn.capture(thrown, (report) -> report.field("async_method",
						invocation.getMethod().getDeclaringClass().getName() + "#" + invocation.getMethod().getName()));
			}
		}

	}

}

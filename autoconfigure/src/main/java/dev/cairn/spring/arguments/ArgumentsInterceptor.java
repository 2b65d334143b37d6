package dev.cairn.spring.arguments;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the arguments of calls that fail. Does nothing unless a call fails.
 */
final class ArgumentsInterceptor implements MethodInterceptor {

	private final FailedCalls calls;

	ArgumentsInterceptor(FailedCalls calls) {
		this.calls = calls;
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		try {
			return invocation.proceed();
		}
		catch (Throwable ex) {
			// Guarded right here: after a StackOverflowError there is no room for
			// another call
			try {
				this.calls.add(ex, invocation.getMethod(), invocation.getArguments());
			}
			catch (Throwable failure) {
				// The application receives its own failure in any case
			}
			throw ex;
		}
	}

}

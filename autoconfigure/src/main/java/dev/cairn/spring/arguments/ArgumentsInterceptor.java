package dev.cairn.spring.arguments;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Notes the arguments of calls that fail. Does nothing as long as none does.
 */
final class ArgumentsInterceptor implements MethodInterceptor {

	private final FailedCalls calls;

	ArgumentsInterceptor(FailedCalls calls) {
		this.calls = calls;
	}

	// The contract allows null, but says so in words only
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		try {
			return invocation.proceed();
		}
		catch (Throwable ex) {
			// Caught right here: at the end of the stack there is no room for another
			// call
			try {
				this.calls.note(ex, invocation.getMethod(), invocation.getArguments());
			}
			catch (Throwable failure) {
				// The application has to see its own failure, whatever became of ours
			}
			throw ex;
		}
	}

}

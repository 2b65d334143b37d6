package dev.cairn.spring.metrics;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Measures the calls of a method for one annotation. Thread-safe.
 */
interface CallMeter {

	/**
	 * Measures a call.
	 * @param method the method, which proceeds with the call
	 * @param invocation the call
	 * @param next the index of the next meter of the method
	 * @return the result of the call
	 * @throws Throwable if the call throws
	 */
	@Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable;

}

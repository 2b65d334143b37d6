package dev.cairn.spring.metrics;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * What one annotation wants to know of each call of a method. Thread-safe.
 */
interface CallMeter {

	/**
	 * Make the call, and measure it.
	 * @param method the method, which makes the rest of the call
	 * @param invocation the call
	 * @param next what is to be made of the method next
	 * @return what the call returns
	 * @throws Throwable what the call throws
	 */
	@Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable;

}

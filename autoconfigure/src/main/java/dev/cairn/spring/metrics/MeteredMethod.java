package dev.cairn.spring.metrics;

import java.util.List;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A method with its meters, one around the other. Immutable.
 */
final class MeteredMethod {

	private final CallMeter[] meters;

	MeteredMethod(List<CallMeter> meters) {
		this.meters = meters.toArray(CallMeter[]::new);
	}

	/** Proceeds with the remaining meters and the call itself. */
	@Nullable Object proceed(MethodInvocation invocation, int next) throws Throwable {
		return (next < this.meters.length) ? this.meters[next].around(this, invocation, next + 1)
				: invocation.proceed();
	}

}

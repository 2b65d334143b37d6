package dev.cairn.spring.metrics;

import io.micrometer.core.aop.CountedMeterTagAnnotationHandler;
import io.micrometer.core.aop.MeterTagAnnotationHandler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.aopalliance.intercept.MethodInvocation;
import org.aspectj.lang.ProceedingJoinPoint;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.aspectj.MethodInvocationProceedingJoinPoint;

/**
 * Micrometer's handlers of {@code @MeterTag}, which expect a join point of AspectJ.
 */
record MeterTagHandlers(MeterTagAnnotationHandler timers, CountedMeterTagAnnotationHandler counters) {

	void addTags(Timer.Builder timer, MethodInvocation invocation, @Nullable Object result) {
		ProceedingJoinPoint call = joinPoint(invocation);
		this.timers.addAnnotatedParameters(timer, call);
		this.timers.addAnnotatedMethodResult(timer, call, result);
	}

	void addTags(Counter.Builder counter, MethodInvocation invocation, @Nullable Object result) {
		ProceedingJoinPoint call = joinPoint(invocation);
		this.counters.addAnnotatedParameters(counter, call);
		this.counters.addAnnotatedMethodResult(counter, call, result);
	}

	private static ProceedingJoinPoint joinPoint(MethodInvocation invocation) {
		return new MethodInvocationProceedingJoinPoint((ProxyMethodInvocation) invocation);
	}

}

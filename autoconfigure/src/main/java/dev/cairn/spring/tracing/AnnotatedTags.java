package dev.cairn.spring.tracing;

import java.util.List;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.aop.ObservationKeyValueAnnotationHandler;
import org.aopalliance.intercept.MethodInvocation;
import org.aspectj.lang.ProceedingJoinPoint;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.aspectj.MethodInvocationProceedingJoinPoint;

/**
 * The tags of Micrometer's {@code @ObservationKeyValue}, whose handler expects a join
 * point of AspectJ.
 */
record AnnotatedTags(ObservationKeyValueAnnotationHandler handler) {

	List<KeyValue> of(MethodInvocation invocation, @Nullable Throwable thrown, @Nullable Object result) {
		ProceedingJoinPoint call = new MethodInvocationProceedingJoinPoint((ProxyMethodInvocation) invocation);
		Observation.Context tags = new Observation.Context();
		this.handler.addAnnotatedParameters(tags, call);
		if (thrown == null) {
			this.handler.addAnnotatedMethodResult(tags, call, result);
		}
		return tags.getAllKeyValues().stream().toList();
	}

}

package dev.cairn.spring.metrics;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.CallCompletion;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeansException;

/**
 * Intercepts the calls of methods with meters. Annotations are read once for each method.
 */
final class MeteredInterceptor implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(MeteredInterceptor.class);

	private final MeterAnnotationPolicy policy;

	private final Supplier<MeterHandles> handles;

	private final Supplier<MeterTagHandlers> tagHandlers;

	private final ClassValue<Map<Method, MeteredMethod>> methods = new ClassValue<>() {

		@Override
		protected Map<Method, MeteredMethod> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	MeteredInterceptor(MeterAnnotationPolicy policy, Supplier<MeterHandles> handles,
			Supplier<MeterTagHandlers> tagHandlers) {
		this.policy = policy;
		this.handles = handles;
		this.tagHandlers = tagHandlers;
	}

	// The contract allows null, but only in its documentation
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		Map<Method, MeteredMethod> known = this.methods.get(type);
		MeteredMethod method = known.get(invocation.getMethod());
		if (method == null) {
			method = meter(invocation.getMethod(), type);
			if (method == null) {
				return invocation.proceed();
			}
			known.put(invocation.getMethod(), method);
		}
		return method.proceed(invocation, 0);
	}

	private @Nullable MeteredMethod meter(Method method, Class<?> type) {
		MeterHandles known;
		try {
			known = this.handles.get();
		}
		catch (BeansException ex) {
			// A bean that the registry needs is called while the registry is created
			logger.debug("Cairn: a call of {} comes too early for its meters: {}", method, ex.toString());
			return null;
		}
		return meter(method, type, known);
	}

	private MeteredMethod meter(Method method, Class<?> type, MeterHandles handles) {
		Tags tags = Tags.of("class", method.getDeclaringClass().getName(), "method", method.getName());
		CallCompletion completion = CallCompletion.of(method.getReturnType());
		boolean tagged = MeterAnnotations.hasMeterTags(method, type);
		List<CallMeter> meters = new ArrayList<>();
		for (Counted counted : this.policy.counted(method, type)) {
			add(meters, counted,
					() -> tagged ? new CountedCalls.Tagged(handles, counted, tags, completion, this.tagHandlers.get())
							: new CountedCalls(handles, counted, tags, completion));
		}
		for (Timed timed : this.policy.timed(method, type)) {
			add(meters, timed,
					() -> timed.longTask() ? new LongTasks(handles, timed, tags, completion)
							: tagged ? new TimedCalls.Tagged(handles, timed, tags, completion, this.tagHandlers.get())
									: new TimedCalls(handles, timed, tags, completion));
		}
		return new MeteredMethod(meters);
	}

	/** An invalid annotation must not fail the call. */
	private static void add(List<CallMeter> meters, Annotation annotation, Supplier<CallMeter> meter) {
		try {
			meters.add(meter.get());
		}
		catch (RuntimeException ex) {
			logger.warn("Cairn: {} is ignored: {}", annotation, ex.toString());
		}
	}

}

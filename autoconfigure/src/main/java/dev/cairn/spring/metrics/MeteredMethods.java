package dev.cairn.spring.metrics;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.cairn.internal.WarnOnce;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.TelemetryAnnotations;
import dev.cairn.spring.metrics.CallMeter.MeteredMethod;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.BeansException;
import org.springframework.core.Ordered;

/**
 * Measures the methods with {@code @Timed} or {@code @Counted}, around transactions, and
 * without AspectJ, whose join points cost more than the measurement.
 */
final class MeteredMethods extends StaticMethodMatcherPointcut implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(MeteredMethods.class);

	/** Just outside of advisors without an order, such as those of transactions. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private final WarnOnce obstacles = new WarnOnce(logger);

	private final MeterAnnotations annotations;

	private final Supplier<MeterHandles> handles;

	/** Supplies {@code null} without AspectJ. */
	private final Supplier<@Nullable MeterTagHandlers> tagHandlers;

	/**
	 * The outermost meters, by type and method; empty if all annotations are invalid. Not
	 * a {@link ClassValue}, which would keep the registry as long as the class.
	 */
	private final Map<Class<?>, Map<Method, Optional<CallMeter<?>>>> meters = new ConcurrentHashMap<>();

	private final Set<Method> customMethods = ConcurrentHashMap.newKeySet();

	MeteredMethods(MeterAnnotations annotations, Supplier<MeterHandles> handles,
			Supplier<@Nullable MeterTagHandlers> tagHandlers) {
		this.annotations = annotations;
		this.handles = handles;
		this.tagHandlers = tagHandlers;
		setClassFilter(TelemetryAnnotations::isCandidate);
	}

	DefaultPointcutAdvisor advisor() {
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(this, this);
		advisor.setOrder(ORDER);
		return advisor;
	}

	/** Without Cairn, Boot processes the annotations only if a property enables it. */
	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		if (Calls.isCustomMethod(targetClass, method) && MeterAnnotations.isAnnotated(method, targetClass)) {
			this.customMethods.add(method);
		}
		boolean measured = (!this.annotations.timed(method, targetClass).isEmpty()
				|| !this.annotations.counted(method, targetClass).isEmpty()) && isSafe(targetClass, method);
		String obstacle = Calls.obstacleToTags();
		if (measured && obstacle != null && MeterAnnotations.hasMeterTags(method, targetClass)) {
			this.obstacles.warn("tags of " + targetClass.getName(),
					() -> "@MeterTag in " + targetClass.getName() + " is ignored, because " + obstacle);
		}
		return measured;
	}

	private boolean isSafe(Class<?> type, Method method) {
		String obstacle = Calls.obstacle(type, method);
		if (obstacle != null && TelemetryAnnotations.find(type, method) == null) {
			this.obstacles.warn(obstacle,
					() -> "@Timed and @Counted on " + type.getName() + " are ignored, because " + obstacle);
		}
		return obstacle == null;
	}

	// The contract allows null, but only in its documentation
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		Map<Method, Optional<CallMeter<?>>> known = meters(type);
		Optional<CallMeter<?>> meter = known.get(invocation.getMethod());
		if (meter == null) {
			try {
				meter = Calls.isReportedByRepository(this.customMethods, type, invocation.getMethod())
						? Optional.empty()
						: Optional.ofNullable(meter(invocation.getMethod(), type, this.handles.get()));
			}
			catch (BeansException ex) {
				// A bean that the registry needs is called while the registry is created
				logger.debug("Cairn: the meters of {} are not available yet", invocation.getMethod(), ex);
				return invocation.proceed();
			}
			known.put(invocation.getMethod(), meter);
		}
		return meter.isPresent() ? meter.get().call(invocation) : invocation.proceed();
	}

	private Map<Method, Optional<CallMeter<?>>> meters(Class<?> type) {
		Map<Method, Optional<CallMeter<?>>> known = this.meters.get(type);
		return (known != null) ? known : this.meters.computeIfAbsent(type, (absent) -> new ConcurrentHashMap<>());
	}

	private @Nullable CallMeter<?> meter(Method method, Class<?> type, MeterHandles handles) {
		MeteredMethod metered = new MeteredMethod(handles,
				Tags.of("class", method.getDeclaringClass().getName(), "method", method.getName()),
				Calls.Completion.of(method),
				MeterAnnotations.hasMeterTags(method, type) ? this.tagHandlers.get() : null);
		CallMeter<?> meter = null;
		for (Timed timed : this.annotations.timed(method, type)) {
			CallMeter<?> inner = meter;
			meter = around(inner, timed, () -> timed.longTask() ? new LongTasks(metered, timed, inner)
					: new TimedCalls(metered, timed, inner));
		}
		for (Counted counted : this.annotations.counted(method, type)) {
			CallMeter<?> inner = meter;
			meter = around(inner, counted, () -> new CountedCalls(metered, counted, inner));
		}
		return meter;
	}

	/** An invalid annotation must not fail the call. */
	private static @Nullable CallMeter<?> around(@Nullable CallMeter<?> inner, Annotation annotation,
			Supplier<CallMeter<?>> outer) {
		try {
			return outer.get();
		}
		catch (RuntimeException ex) {
			logger.warn("Cairn: {} is ignored: {}", annotation, ex.toString());
			return inner;
		}
	}

}

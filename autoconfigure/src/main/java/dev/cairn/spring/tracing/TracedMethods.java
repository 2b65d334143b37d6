package dev.cairn.spring.tracing;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.annotation.Traced;
import dev.cairn.internal.WarnOnce;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.aop.InterceptedMethods;
import dev.cairn.spring.aop.TelemetryAnnotations;
import dev.cairn.spring.aop.TelemetryAnnotations.InvalidAnnotationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Records the calls of methods with {@link Traced @Traced} as spans. Thread-safe.
 */
final class TracedMethods extends InterceptedMethods<TracedMethods.Spans> {

	private static final Logger logger = LoggerFactory.getLogger(TracedMethods.class);

	private static final TelemetryAnnotations.Part<Traced> TRACED = new TelemetryAnnotations.Part<>(TracedMethods::find,
			(telemetry) -> telemetry.traced() ? TelemetryAnnotations.part(Traced.class,
					Map.of("value", telemetry.name(), "tags", telemetry.tags())) : null,
			(one, other) -> one.value().equals(other.value()));

	private final WarnOnce obstacles = new WarnOnce(logger);

	private final Expression.Parser expressions;

	/** Without it, the annotations are only validated. */
	private final @Nullable LateBean<SpanRecorder> recorder;

	TracedMethods(Expression.Parser expressions, @Nullable LateBean<SpanRecorder> recorder) {
		this.expressions = expressions;
		this.recorder = recorder;
	}

	@Override
	protected boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return TelemetryAnnotations.isCandidate(type);
	}

	@Override
	protected boolean isSelected(Class<?> type, Method method) {
		return !annotations(type, method).isEmpty();
	}

	private static Set<Traced> annotations(Class<?> type, Method method) {
		return TRACED.of(type, method, TelemetryAnnotations.isInherited(method));
	}

	private static Set<Traced> find(AnnotatedElement element) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(element, Traced.class, Traced.List.class);
	}

	/**
	 * Validates the annotations of all beans, lazy ones included, and warns of those
	 * whose calls are not intercepted.
	 */
	void validate(ConfigurableListableBeanFactory beans) {
		unseen(beans).forEach((name, type) -> {
			// An invalid @Telemetry is reported by itself
			if (!TelemetryAnnotations.isIn(type)) {
				logger.warn("Cairn: calls of the methods with @Traced of the bean {} ({}) are not recorded, because it "
						+ "has no proxy; it was created before the proxies", name, type.getName());
			}
		});
	}

	/** Fails the start if an annotation is invalid. */
	@Override
	protected Spans prepare(Class<?> type, Method method, @Nullable String beanName) {
		TracedSignature signature = new TracedSignature(type, method);
		List<TracedMethod> spans = new ArrayList<>();
		for (Traced traced : annotations(type, method)) {
			try {
				spans.add(new TracedMethod(signature, traced, this.expressions));
			}
			catch (InvalidAnnotationException ex) {
				// An invalid @Telemetry is reported by itself
				if (!TRACED.isComposed(type, method, traced)) {
					throw ex;
				}
			}
		}
		String obstacle = Calls.obstacleToTags();
		if (this.recorder != null && obstacle != null && spans.stream().anyMatch(TracedMethod::isAnnotated)) {
			this.obstacles.warn("tags of " + type.getName(),
					() -> "@ObservationKeyValue in " + type.getName() + " is ignored, because " + obstacle);
		}
		return new Spans(List.copyOf(spans));
	}

	@Override
	protected void obstructed(Class<?> type, Method method, String reason) {
		if (this.recorder != null && TelemetryAnnotations.find(type, method) == null) {
			this.obstacles.warn(subject(type, method) + reason, () -> "Calls of methods with @Traced such as "
					+ type.getName() + "#" + method.getName() + " are not recorded, because " + reason);
		}
	}

	@Override
	protected @Nullable Object proceed(Spans spans, MethodInvocation invocation) throws Throwable {
		SpanRecorder known = (this.recorder != null) ? this.recorder.getIfAvailable() : null;
		return (known != null && known.isOn()) ? spans.proceed(0, invocation, known) : invocation.proceed();
	}

	/**
	 * The spans of a method, the outermost first.
	 */
	record Spans(List<TracedMethod> methods) {

		@Nullable Object proceed(int depth, MethodInvocation invocation, SpanRecorder recorder) throws Throwable {
			if (depth == this.methods.size()) {
				return invocation.proceed();
			}
			return recorder.record(this.methods.get(depth), invocation, () -> proceed(depth + 1, invocation, recorder));
		}

	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;

import dev.cairn.Trace;
import dev.cairn.spring.aop.CallCompletion;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A method whose calls are published. The caller gets the result or the exception that it
 * would get without points. Thread-safe.
 */
final class PointMethod {

	private final Points points;

	private final Signature signature;

	private final List<Point> published;

	private final CallCompletion completion;

	PointMethod(Points points, Method method, Signature signature, List<Point> published) {
		this.points = points;
		this.signature = signature;
		this.published = published;
		this.completion = CallCompletion.of(method.getReturnType());
	}

	@Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		if (!publishesAny(Points.Definition::isOn) || this.points.isPublishing()) {
			return invocation.proceed();
		}
		long start = System.nanoTime();
		Object result;
		try {
			result = invocation.proceed();
		}
		catch (Throwable ex) {
			publish(invocation, start, ex, null, null);
			throw ex;
		}
		if (this.completion == CallCompletion.AT_ONCE) {
			publish(invocation, start, null, result, null);
			return result;
		}
		return this.completion.safely(result, start, new End(invocation, this.points.trace()));
	}

	private void publish(MethodInvocation invocation, long start, @Nullable Throwable thrown, @Nullable Object value,
			@Nullable Trace trace) {
		if (publishesAny((definition) -> definition.publishes(thrown != null))) {
			Call call = new Call(this.signature, invocation.getThis(), invocation.getArguments(), value, thrown,
					System.nanoTime() - start);
			this.points.publish((cairn) -> this.published.forEach((point) -> point.publish(cairn, call, trace)));
		}
	}

	private boolean publishesAny(Predicate<Points.Definition> condition) {
		for (Point point : this.published) {
			if (condition.test(point.definition())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Publishes a call that completes later, with the trace of the caller. A call that is
	 * cancelled has neither returned nor failed, and is not published.
	 */
	private final class End implements CallCompletion.CallListener {

		private final MethodInvocation invocation;

		private final @Nullable Trace trace;

		End(MethodInvocation invocation, @Nullable Trace trace) {
			this.invocation = invocation;
			this.trace = trace;
		}

		@Override
		public void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
			publish(this.invocation, start, thrown, value, this.trace);
		}

		@Override
		public void cancelled(long start, @Nullable Object result) {
		}

	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;

import dev.cairn.Trace;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.InterceptedMethods;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The methods of beans that have points. Thread-safe.
 */
abstract class PointMethods extends InterceptedMethods<PointMethods.PointMethod> {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final Points points;

	private volatile boolean obstructed;

	PointMethods(Points points) {
		this.points = points;
	}

	/**
	 * Returns the points of a method.
	 * @throws RuntimeException if a point does not fit the method
	 */
	abstract List<Point> points(Class<?> type, Method method, Signature signature, @Nullable String beanName);

	@Override
	protected final PointMethod prepare(Class<?> type, Method method, @Nullable String beanName) {
		Signature signature = new Signature(type, method);
		return new PointMethod(method, signature, points(type, method, signature, beanName));
	}

	@Override
	protected void obstructed(Class<?> type, Method method, String reason) {
		this.obstructed = true;
		logger.warn("Cairn: calls of {} cannot be published, because {}", new Signature(type, method).describe(),
				reason);
	}

	/** Returns whether there are methods whose calls cannot be intercepted. */
	final boolean isObstructed() {
		return this.obstructed;
	}

	@Override
	protected final @Nullable Object proceed(PointMethod method, MethodInvocation invocation) throws Throwable {
		return method.proceed(invocation);
	}

	/**
	 * A method whose calls are published. The caller gets the result or the exception
	 * that it would get without points.
	 */
	final class PointMethod {

		private final Signature signature;

		private final List<Point> published;

		private final Calls.Completion completion;

		PointMethod(Method method, Signature signature, List<Point> published) {
			this.signature = signature;
			this.published = published;
			this.completion = Calls.Completion.of(method);
		}

		@Nullable Object proceed(MethodInvocation invocation) throws Throwable {
			if (!publishesAny(Points.Definition::isOn) || PointMethods.this.points.isPublishing()) {
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
			if (this.completion == Calls.Completion.AT_ONCE) {
				publish(invocation, start, null, result, null);
				return result;
			}
			return this.completion.safely(result, start, new End(invocation, PointMethods.this.points.trace()));
		}

		private void publish(MethodInvocation invocation, long start, @Nullable Throwable thrown,
				@Nullable Object value, @Nullable Trace trace) {
			if (publishesAny((definition) -> definition.publishes(thrown != null))) {
				Call call = new Call(this.signature, invocation.getThis(), invocation.getArguments(), value, thrown,
						System.nanoTime() - start);
				PointMethods.this.points
					.publish((cairn) -> this.published.forEach((point) -> point.publish(cairn, call, trace)));
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
		 * Publishes a call that completes later, with the trace of the caller. A call
		 * that is cancelled has neither returned nor failed, and is not published.
		 */
		private final class End implements Calls.Listener {

			private final MethodInvocation invocation;

			private final @Nullable Trace trace;

			End(MethodInvocation invocation, @Nullable Trace trace) {
				this.invocation = invocation;
				this.trace = trace;
			}

			@Override
			public void completed(long start, @Nullable Throwable thrown, @Nullable Object result,
					@Nullable Object value) {
				publish(this.invocation, start, thrown, value, this.trace);
			}

			@Override
			public void cancelled(long start, @Nullable Object result) {
			}

		}

	}

}

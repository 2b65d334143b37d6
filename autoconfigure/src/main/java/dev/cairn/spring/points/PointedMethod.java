package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;

import dev.cairn.Trace;
import dev.cairn.spring.aop.Completion;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A method and its points. The caller gets what it would get without them: the same
 * result, the same throwable, and nothing of what goes wrong here. Thread-safe.
 */
final class PointedMethod {

	private final Points points;

	private final Signature signature;

	private final LivePoint[] live;

	private final Completion completion;

	PointedMethod(Points points, Method method, Signature signature, List<LivePoint> live) {
		this.points = points;
		this.signature = signature;
		this.live = live.toArray(LivePoint[]::new);
		this.completion = Completion.of(method.getReturnType());
	}

	@Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		if (!isOn() || this.points.isPublishing()) {
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
		if (this.completion == Completion.AT_ONCE) {
			publish(invocation, start, null, result, null);
			return result;
		}
		return this.completion.safely(result, start, new End(invocation, this.points.trace()));
	}

	private boolean isOn() {
		for (LivePoint point : this.live) {
			if (point.isOn()) {
				return true;
			}
		}
		return false;
	}

	private void publish(MethodInvocation invocation, long start, @Nullable Throwable thrown, @Nullable Object value,
			@Nullable Trace trace) {
		if (tells(thrown != null)) {
			long nanos = System.nanoTime() - start;
			this.points.publish((cairn) -> {
				Call call = new Call(this.points.permitted(), this.signature, invocation.getThis(),
						invocation.getArguments(), value, thrown, nanos);
				for (LivePoint point : this.live) {
					point.publish(cairn, call, trace);
				}
			});
		}
	}

	private boolean tells(boolean thrown) {
		for (LivePoint point : this.live) {
			if (point.tells(thrown)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What came later still belongs to the trace of its call; what nobody waited for has
	 * neither gone well nor failed.
	 */
	private final class End implements Completion.End {

		private final MethodInvocation invocation;

		private final @Nullable Trace trace;

		End(MethodInvocation invocation, @Nullable Trace trace) {
			this.invocation = invocation;
			this.trace = trace;
		}

		@Override
		public void at(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
			publish(this.invocation, start, thrown, value, this.trace);
		}

		@Override
		public void cancelled(long start, @Nullable Object result) {
			// Nothing to tell
		}

	}

}

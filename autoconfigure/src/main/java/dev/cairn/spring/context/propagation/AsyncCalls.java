package dev.cairn.spring.context.propagation;

import dev.cairn.internal.Throwables;
import dev.cairn.spring.aop.Calls.Completion;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.StringUtils;

/**
 * Makes each call of an {@code @Async} method a unit of work within that of its caller,
 * whichever executor runs it.
 */
final class AsyncCalls implements SmartInitializingSingleton {

	static final String OBSERVATION = "tasks.async.execution";

	private static final String CONTEXT = "the context of a call";

	private static final String CALLER = AsyncCalls.class.getName() + ".CALLER";

	private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final TaskRuns runs;

	AsyncCalls(TaskRuns runs) {
		this.runs = runs;
	}

	/** Calls that are queued may begin after the context is closed. */
	@Override
	public void afterSingletonsInstantiated() {
		this.runs.beans();
	}

	/** Called on the thread of the caller. */
	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Nullable Object capture(MethodInvocation call) throws Throwable {
		((ProxyMethodInvocation) call).setUserAttribute(CALLER, this.runs.get(CONTEXT, this.snapshots::captureAll));
		return call.proceed();
	}

	/** Called on the thread of the call. */
	@SuppressWarnings("NullAway")
	@Nullable Object run(MethodInvocation call) throws Throwable {
		if (!(((ProxyMethodInvocation) call).getUserAttribute(CALLER) instanceof ContextSnapshot caller)) {
			return call.proceed();
		}
		ContextSnapshot.Scope scope = this.runs.get(CONTEXT, caller::setThreadLocals);
		try {
			return proceed(call, begin(call));
		}
		finally {
			if (scope != null) {
				this.runs.guard(CONTEXT, scope::close);
			}
		}
	}

	private TaskRuns.@Nullable Run begin(MethodInvocation call) {
		Object target = call.getThis();
		Class<?> type = (target != null) ? AopUtils.getTargetClass(target) : call.getMethod().getDeclaringClass();
		String method = call.getMethod().getName();
		return this.runs.begin(OBSERVATION, "task " + StringUtils.uncapitalize(type.getSimpleName()) + "." + method,
				type.getName() + "#" + method);
	}

	@SuppressWarnings("NullAway")
	private static @Nullable Object proceed(MethodInvocation call, TaskRuns.@Nullable Run run) throws Throwable {
		if (run == null) {
			return call.proceed();
		}
		Object result;
		try {
			result = call.proceed();
		}
		catch (Throwable ex) {
			run.leave();
			run.end(ex);
			throw ex;
		}
		run.leave();
		return Completion.of(call.getMethod().getReturnType())
			.safely(result, 0,
					(start, thrown, future, value) -> run.end((thrown != null) ? Throwables.unwrap(thrown) : null));
	}

}

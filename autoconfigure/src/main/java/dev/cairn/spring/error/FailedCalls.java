package dev.cairn.spring.error;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.internal.Throwables;
import dev.cairn.internal.WeakIdentityTable;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ReflectionUtils;

/**
 * Intercepts calls and remembers those that fail: the calls that a throwable has passed
 * through, with their arguments and the MDC of the innermost one. Remembers a bounded
 * number of throwables, and does not keep them in memory. Thread-safe.
 */
final class FailedCalls implements MethodInterceptor {

	private static final int CAPACITY = 1000;

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final WeakIdentityTable<Throwable, CallPath> paths;

	FailedCalls() {
		this(CAPACITY);
	}

	FailedCalls(int capacity) {
		this.paths = new WeakIdentityTable<>(capacity);
	}

	/** Returns whether a method has arguments, and other beans can call it. */
	static boolean isRemembered(Method method) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.PROTECTED | Modifier.STATIC)) == 0
				&& method.getParameterCount() > 0 && !ReflectionUtils.isObjectMethod(method)
				&& !KotlinDetector.isSuspendingFunction(method);
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		try {
			return invocation.proceed();
		}
		catch (Throwable ex) {
			// Guarded right here: after a StackOverflowError there is no room for
			// another call
			try {
				add(ex, AopUtils.getMostSpecificMethod(invocation.getMethod(), target(invocation)),
						invocation.getArguments());
			}
			catch (Throwable failure) {
				// The application receives its own failure in any case
			}
			throw ex;
		}
	}

	/** The method of a proxy of interfaces is that of the interface. */
	private static @Nullable Class<?> target(MethodInvocation invocation) {
		return (invocation.getThis() != null) ? AopUtils.getTargetClass(invocation.getThis()) : null;
	}

	void add(Throwable thrown, Method method, Object[] arguments) {
		if (thrown instanceof OutOfMemoryError) {
			return;
		}
		Method called = BridgeMethodResolver.findBridgedMethod(method);
		String className = called.getDeclaringClass().getName();
		CallPath path = CallPath.to(thrown, className, called.getName(), this.paths.get(thrown));
		this.paths.put(thrown, path.isFull() ? path : path.with(CallPath.FailedCall.of(className, called.getName(),
				parameterNames(called, arguments.length), arguments)));
	}

	private String[] parameterNames(Method method, int count) {
		@Nullable String[] found = this.names.getParameterNames(method);
		return IntStream.range(0, count)
			.mapToObj((i) -> (found != null && found[i] != null) ? found[i] : "arg" + i)
			.toArray(String[]::new);
	}

	/**
	 * Returns the calls that a throwable, its causes and its suppressed throwables have
	 * passed through: a bounded number, innermost first.
	 */
	List<CallPath.FailedCall> of(Throwable thrown) {
		return pathsOf(thrown).flatMap((path) -> path.calls().stream()).limit(CallPath.MAX_CALLS).toList();
	}

	/**
	 * Returns the MDC and the bound values at the time when the innermost call failed.
	 * They may be unbound when the failure is reported.
	 */
	Map<String, Object> boundTo(Throwable thrown) {
		return pathsOf(thrown).findFirst().map(CallPath::bound).orElse(Map.of());
	}

	/** Returns the paths of related throwables; the last cause was thrown first. */
	private Stream<CallPath> pathsOf(Throwable thrown) {
		List<Throwable> related = Throwables.related(thrown);
		return IntStream.rangeClosed(1, related.size())
			.mapToObj((i) -> this.paths.get(related.get(related.size() - i)))
			.filter(Objects::nonNull);
	}

	/** For tests. */
	int size() {
		return this.paths.size();
	}

}

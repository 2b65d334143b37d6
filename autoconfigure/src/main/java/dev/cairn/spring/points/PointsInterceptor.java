package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of methods that have points.
 */
final class PointsInterceptor implements MethodInterceptor {

	private final PointedMethods pointed;

	private final ClassValue<Map<Method, PointedMethod>> methods = new ClassValue<>() {

		@Override
		protected Map<Method, PointedMethod> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	PointsInterceptor(PointedMethods pointed) {
		this.pointed = pointed;
	}

	// The contract allows null, but says so in words only
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		Map<Method, PointedMethod> known = this.methods.get(type);
		PointedMethod method = known.get(invocation.getMethod());
		if (method == null) {
			method = this.pointed.of(invocation.getMethod(), type);
			if (method == null) {
				return invocation.proceed();
			}
			known.put(invocation.getMethod(), method);
		}
		return method.proceed(invocation);
	}

}

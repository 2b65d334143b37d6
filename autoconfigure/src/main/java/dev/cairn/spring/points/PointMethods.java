package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import dev.cairn.Trace;
import dev.cairn.spring.aop.Calls;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.ProxyCreationContext;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * The methods of beans that have points, and the interceptor of their calls. Methods are
 * looked up once for each class, when its first bean is created. Thread-safe.
 */
abstract class PointMethods extends StaticMethodMatcherPointcut implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	/** Just outside of advisors without an order, such as transactions. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private static final int NOT_OVERRIDABLE = Modifier.PRIVATE | Modifier.STATIC;

	private final Points points;

	private final Map<Class<?>, Map<Method, PointMethod>> known = new ConcurrentHashMap<>();

	private volatile boolean obstructed;

	PointMethods(Points points) {
		this.points = points;
		setClassFilter((type) -> isIn(type, ProxyCreationContext.getCurrentProxiedBeanName()));
	}

	/**
	 * Returns an advisor that publishes the calls: outside of transactions, so that a
	 * published change has been committed, and without AspectJ, whose join points cost
	 * more than the publishing.
	 */
	DefaultPointcutAdvisor advisor() {
		DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(this, this);
		advisor.setOrder(ORDER);
		return advisor;
	}

	/**
	 * Returns whether a bean, whose name may be unknown, may have methods with points.
	 */
	abstract boolean isCandidate(Class<?> type, @Nullable String beanName);

	abstract boolean hasPoints(Class<?> type, Method method);

	/**
	 * Returns the points of a method.
	 * @throws RuntimeException if a point does not fit the method
	 */
	abstract List<Point> points(Class<?> type, Method method, Signature signature, @Nullable String beanName);

	boolean isIn(Class<?> type, @Nullable String beanName) {
		return isCandidate(type, beanName)
				&& !this.known.computeIfAbsent(type, (unknown) -> select(unknown, beanName)).isEmpty();
	}

	@Override
	public boolean matches(Method method, Class<?> type) {
		return find(method, type) != null;
	}

	/** Returns a method of a class whose methods have been looked up. */
	private @Nullable PointMethod find(Method method, Class<?> type) {
		Map<Method, PointMethod> methods = this.known.get(type);
		if (methods == null || methods.isEmpty()) {
			return null;
		}
		PointMethod found = methods.get(method);
		if (found == null) {
			found = methods.get(AopUtils.getMostSpecificMethod(method, type));
			if (found != null) {
				methods.put(method, found);
			}
		}
		return found;
	}

	// Interceptors may return null, though the interface does not declare it
	@SuppressWarnings("NullAway")
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		PointMethod method = find(invocation.getMethod(), type);
		return (method != null) ? method.proceed(invocation) : invocation.proceed();
	}

	private Map<Method, PointMethod> select(Class<?> type, @Nullable String beanName) {
		Map<Method, PointMethod> selected = new ConcurrentHashMap<>();
		Set<Method> methods = select(type);
		for (Method method : methods) {
			Signature signature = new Signature(type, method);
			String obstacle = Calls.obstacle(type, method);
			if (obstacle == null && (method.getModifiers() & NOT_OVERRIDABLE) != 0) {
				obstacle = "it is private or static";
			}
			if (obstacle == null) {
				List<Point> found = points(type, method, signature, beanName);
				selected.put(method, new PointMethod(method, signature, found));
			}
			else {
				this.obstructed = true;
				logger.warn("Cairn: calls of {} cannot be published, because {}", signature.describe(), obstacle);
			}
		}
		return selected;
	}

	/** Returns whether there are methods whose calls cannot be intercepted. */
	boolean isObstructed() {
		return this.obstructed;
	}

	private Set<Method> select(Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type, (MethodFilter) (method) -> hasPoints(type, method));
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			logger.debug("Cairn: failed to introspect {}: {}", type.getName(), ex.toString());
			return Set.of();
		}
	}

	/**
	 * A method whose calls are published. The caller gets the result or the exception
	 * that it would get without points.
	 */
	private final class PointMethod {

		private final Signature signature;

		private final List<Point> published;

		private final Calls.Completion completion;

		PointMethod(Method method, Signature signature, List<Point> published) {
			this.signature = signature;
			this.published = published;
			this.completion = Calls.Completion.of(method.getReturnType());
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

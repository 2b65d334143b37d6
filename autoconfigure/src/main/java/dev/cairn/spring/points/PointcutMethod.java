package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.aspectj.AspectJExpressionPointcut;
import org.springframework.util.ClassUtils;

/**
 * Means methods by a pointcut of AspectJ, such as
 * {@code execution(* com.acme..*Service.place(..))}. Needs its weaver, which reads the
 * pointcut and does nothing else.
 */
final class PointcutMethod implements MethodSelector {

	private static final String READER = "org.aspectj.weaver.tools.PointcutParser";

	private final AspectJExpressionPointcut pointcut;

	private PointcutMethod(AspectJExpressionPointcut pointcut) {
		this.pointcut = pointcut;
	}

	/**
	 * Read a pointcut.
	 * @throws IllegalArgumentException when it is none, or cannot be read
	 */
	static MethodSelector of(String text) {
		if (!ClassUtils.isPresent(READER, PointcutMethod.class.getClassLoader())) {
			throw new IllegalArgumentException(
					"pointcuts need org.aspectj:aspectjweaver, which is not there; add it, or "
							+ "name the method with cairn.points.<name>.method");
		}
		AspectJExpressionPointcut pointcut = new AspectJExpressionPointcut();
		pointcut.setExpression(text);
		if (pointcut.isRuntime()) {
			throw new IllegalArgumentException("which method it means must not depend on the call; leave out args(), "
					+ "this() and the like, and use a condition");
		}
		return new PointcutMethod(pointcut);
	}

	@Override
	public boolean selects(Class<?> type, @Nullable String beanName) {
		return this.pointcut.matches(type);
	}

	@Override
	public boolean selects(Method method, Class<?> type) {
		return this.pointcut.matches(method, type);
	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.aspectj.AspectJExpressionPointcut;
import org.springframework.util.ClassUtils;

/**
 * Selects methods by an AspectJ pointcut, such as
 * {@code execution(* com.acme..*Service.place(..))}. Requires {@code aspectjweaver},
 * which only parses the pointcut.
 */
final class PointcutMethod implements MethodSelector {

	private static final String READER = "org.aspectj.weaver.tools.PointcutParser";

	private final AspectJExpressionPointcut pointcut;

	private PointcutMethod(AspectJExpressionPointcut pointcut) {
		this.pointcut = pointcut;
	}

	/**
	 * Parses a pointcut.
	 * @throws IllegalArgumentException if the pointcut is malformed or cannot be parsed
	 */
	static MethodSelector of(String text) {
		if (!ClassUtils.isPresent(READER, PointcutMethod.class.getClassLoader())) {
			throw new IllegalArgumentException(
					"pointcuts require org.aspectj:aspectjweaver, which is not on the class path; add it, or "
							+ "select the method with cairn.points.<name>.method");
		}
		AspectJExpressionPointcut pointcut = new AspectJExpressionPointcut();
		pointcut.setExpression(text);
		if (pointcut.isRuntime()) {
			throw new IllegalArgumentException("the selected methods must not depend on the call; use a condition "
					+ "instead of args(), this() and the like");
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

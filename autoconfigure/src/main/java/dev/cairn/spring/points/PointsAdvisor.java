package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.springframework.aop.framework.autoproxy.ProxyCreationContext;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;

/**
 * Publishes the calls of beans: outside of transactions, so that a published change has
 * been committed, and without AspectJ, whose join points cost more than the publishing.
 */
final class PointsAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/** Just outside of advisors without an order, such as transactions. */
	private static final int ORDER = LOWEST_PRECEDENCE - 1;

	private final PointMethods methods;

	PointsAdvisor(PointMethods methods) {
		super(methods);
		this.methods = methods;
		setOrder(ORDER);
		setClassFilter((type) -> methods.isIn(type, ProxyCreationContext.getCurrentProxiedBeanName()));
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.methods.find(method, targetClass) != null;
	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.springframework.aop.framework.autoproxy.ProxyCreationContext;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;

/**
 * Has calls of beans published: around transactions, so that what is published has been
 * committed, and without AspectJ, whose join points cost more than what is done here.
 */
public final class PointsAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/** Just outside of what has no order, such as transactions. */
	private static final int ORDER = LOWEST_PRECEDENCE - 1;

	private final PointedMethods methods;

	PointsAdvisor(PointedMethods methods) {
		super(new PointsInterceptor(methods));
		this.methods = methods;
		setOrder(ORDER);
		setClassFilter((type) -> !methods.of(type, ProxyCreationContext.getCurrentProxiedBeanName()).isEmpty());
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.methods.of(method, targetClass) != null;
	}

}

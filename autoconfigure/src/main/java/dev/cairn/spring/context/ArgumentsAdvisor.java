package dev.cairn.spring.context;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Remembers the failed calls of the application's own beans. This is the innermost
 * advice, so that it sees the arguments that the method received and the throwable that
 * it threw.
 */
final class ArgumentsAdvisor extends StaticMethodMatcherPointcutAdvisor {

	ArgumentsAdvisor(FailedCalls calls, List<String> packages, ConfigurableBeanFactory beans) {
		super(calls);
		setClassFilter(new ApplicationBeans(packages, beans));
	}

	/** Public and package-private methods are those that other beans call. */
	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isProtected(modifiers) && !Modifier.isStatic(modifiers)
				&& method.getParameterCount() > 0 && !ReflectionUtils.isObjectMethod(method);
	}

}

package dev.cairn.spring.arguments;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Has the calls of the application's own beans noted when they fail. Innermost of all
 * advice, so that the arguments are those that the method got, and the throwable is the
 * one that it threw.
 */
public final class ArgumentsAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/**
	 * Create an advisor.
	 * @param calls takes the notes
	 * @param packages packages of the application's own classes
	 * @param beans the bean factory
	 */
	public ArgumentsAdvisor(FailedCalls calls, List<String> packages, ConfigurableBeanFactory beans) {
		super(new ArgumentsInterceptor(calls));
		setClassFilter(new ApplicationBeans(packages, beans));
	}

	/** What is neither private nor protected is what other beans call. */
	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isProtected(modifiers) && !Modifier.isStatic(modifiers)
				&& method.getParameterCount() > 0 && !ReflectionUtils.isObjectMethod(method);
	}

}

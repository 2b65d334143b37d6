package dev.cairn.spring.error;

import java.lang.reflect.Method;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.util.function.SingletonSupplier;

/**
 * Adds the advice that remembers failed calls to the application's own beans that have a
 * proxy for another reason. By default, no bean is proxied for it, because the class and
 * the fields of a proxy are not those of the bean. Comes after the post-processors that
 * create proxies, which are ordered, so that the advice is the innermost one: it sees the
 * arguments that the method received and the throwable that it threw.
 */
final class ProxiedBeans implements SmartInstantiationAwareBeanPostProcessor {

	private final Supplier<ApplicationFrames> application;

	private final Supplier<Advisor> advisor;

	ProxiedBeans(Supplier<ApplicationFrames> application, Supplier<FailedCalls> calls) {
		this.application = application;
		this.advisor = SingletonSupplier.of(() -> new DefaultPointcutAdvisor(new Calls(), calls.get()));
	}

	/** A bean of a circular dependency is proxied early, and not again. */
	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		return advise(bean);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return advise(bean);
	}

	private Object advise(Object bean) {
		if (bean instanceof Advised proxy && !(bean instanceof AopInfrastructureBean) && !proxy.isFrozen()
				&& proxy.getTargetSource().isStatic() && isOwn(proxy.getTargetClass()) && !isAdvised(proxy)) {
			proxy.addAdvisor(this.advisor.get());
		}
		return bean;
	}

	private boolean isOwn(@Nullable Class<?> target) {
		return target != null && this.application.get().contains(target.getName());
	}

	private static boolean isAdvised(Advised proxy) {
		return Stream.of(proxy.getAdvisors()).anyMatch((advisor) -> advisor.getAdvice() instanceof FailedCalls);
	}

	private static final class Calls extends StaticMethodMatcherPointcut {

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return FailedCalls.isRemembered(method);
		}

	}

}

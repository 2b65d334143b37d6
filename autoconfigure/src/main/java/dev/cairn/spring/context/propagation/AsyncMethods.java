package dev.cairn.spring.context.propagation;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.annotation.AsyncAnnotationAdvisor;

/**
 * Adds the advice of Cairn to the proxies of beans with {@code @Async} methods. Other
 * beans are left alone.
 */
final class AsyncMethods implements BeanPostProcessor {

	private final @Nullable AsyncCalls calls;

	private final @Nullable AsyncErrors errors;

	AsyncMethods(@Nullable AsyncCalls calls, @Nullable AsyncErrors errors) {
		this.calls = calls;
		this.errors = errors;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised proxy && !proxy.isFrozen()) {
			Advisor[] advisors = proxy.getAdvisors();
			for (int i = 0; i < advisors.length; i++) {
				if (advisors[i] instanceof AsyncAnnotationAdvisor async) {
					advise(proxy, i, async.getPointcut());
					break;
				}
			}
		}
		return bean;
	}

	/**
	 * The advice of Spring makes a call continue on another thread. There, failures are
	 * captured within the unit of work of the call, after its arguments were remembered.
	 * The outermost advice sees the future that the caller receives.
	 */
	private void advise(Advised proxy, int async, Pointcut methods) {
		if (this.errors != null) {
			add(proxy, async + 1, methods, this.errors::capture);
		}
		if (this.calls != null) {
			add(proxy, async + 1, methods, this.calls::run);
			add(proxy, async, methods, this.calls::capture);
		}
		if (this.errors != null) {
			add(proxy, 0, methods, this.errors::rememberFuture);
		}
	}

	private static void add(Advised proxy, int position, Pointcut methods, MethodInterceptor advice) {
		proxy.addAdvisor(position, new DefaultPointcutAdvisor(methods, advice));
	}

}

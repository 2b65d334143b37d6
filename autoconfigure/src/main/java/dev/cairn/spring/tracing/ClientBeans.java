package dev.cairn.spring.tracing;

import java.util.function.Predicate;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;

/**
 * Observes the calls of clients that are beans. They are replaced by a proxy of a class
 * that can be injected as before.
 */
final class ClientBeans implements BeanPostProcessor, PriorityOrdered {

	private final Predicate<Object> clients;

	private final @Nullable Class<?> type;

	private final MethodInterceptor advice;

	/**
	 * Creates the post-processor.
	 * @param clients selects the beans
	 * @param type the class by which the application knows them, {@code null} for that of
	 * each bean
	 * @param advice observes their calls
	 */
	ClientBeans(Predicate<Object> clients, @Nullable Class<?> type, MethodInterceptor advice) {
		this.clients = clients;
		this.type = type;
		this.advice = advice;
	}

	/**
	 * Before the proxies of the application, so that they are around that of the client.
	 */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return this.clients.test(bean) ? proxy(bean, (this.type != null) ? this.type : bean.getClass(), this.advice)
				: bean;
	}

	/**
	 * Creates a proxy.
	 * @param target its target
	 * @param type its superclass
	 * @param advice its advice
	 * @return the proxy
	 */
	private static Object proxy(Object target, Class<?> type, MethodInterceptor advice) {
		ProxyFactory proxies = new ProxyFactory();
		proxies.setTargetSource(new SingletonTargetSource(target) {

			private static final long serialVersionUID = 1L;

			@Override
			public Class<?> getTargetClass() {
				return type;
			}

		});
		proxies.setProxyTargetClass(true);
		proxies.addAdvice(advice);
		return proxies.getProxy(ClientBeans.class.getClassLoader());
	}

}

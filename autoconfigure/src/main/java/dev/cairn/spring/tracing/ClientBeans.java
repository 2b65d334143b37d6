package dev.cairn.spring.tracing;

import java.lang.reflect.Modifier;
import java.util.function.UnaryOperator;

import org.aopalliance.intercept.MethodInterceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;

/**
 * Replaces beans, such as clients, by those whose calls are observed.
 *
 * @param replacement returns what replaces a bean, or the bean
 */
record ClientBeans(UnaryOperator<Object> replacement) implements BeanPostProcessor, PriorityOrdered {

	private static final Logger logger = LoggerFactory.getLogger(ClientBeans.class);

	/** Before the proxies of the application, so that they are around the client. */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return this.replacement.apply(bean);
	}

	/** Mocks are in the package of what they mock. */
	static boolean isGenerated(Object bean) {
		return bean.getClass().getName().indexOf('$') >= 0;
	}

	/**
	 * Creates a proxy.
	 * @param target its target
	 * @param type its superclass
	 * @param advice its advice
	 * @return the proxy, or the target if the class cannot be extended
	 */
	static Object proxy(Object target, Class<?> type, MethodInterceptor advice) {
		if (Modifier.isFinal(type.getModifiers()) || Modifier.isPrivate(type.getModifiers())) {
			return target;
		}
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
		try {
			return proxies.getProxy(ClientBeans.class.getClassLoader());
		}
		catch (AopConfigException ex) {
			logger.info(
					"Cairn: there are no spans for a bean of {} (cairn.tracing.instrument), because there is no proxy of {}: {}",
					target.getClass().getName(), type.getName(), ex.getMessage());
			return target;
		}
	}

}

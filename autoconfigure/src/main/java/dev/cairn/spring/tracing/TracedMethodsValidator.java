package dev.cairn.spring.tracing;

import java.util.Arrays;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Validates the annotations of all beans, lazy ones included, once the singletons have
 * been created, and warns of those whose calls are not intercepted.
 */
final class TracedMethodsValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(TracedMethods.class);

	private final TracedMethods methods;

	private final ConfigurableListableBeanFactory beans;

	TracedMethodsValidator(TracedMethods methods, ConfigurableListableBeanFactory beans) {
		this.methods = methods;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		TracedMethods.types(this.beans).forEach((name, type) -> {
			Object bean = this.methods.isIn(type, name) ? this.beans.getSingleton(name) : null;
			if (bean != null && isUnseen(bean, type)) {
				logger.warn(
						"Cairn: calls of the methods with @Traced of the bean {} ({}) are not recorded, because it "
								+ "has no proxy; it was created before the proxies, or spring.aop.auto is false",
						name, type.getName());
			}
		});
	}

	/** A factory has another class than its bean. */
	private boolean isUnseen(Object bean, Class<?> type) {
		return AopUtils.getTargetClass(bean) == type && !(bean instanceof Advised advised
				&& Arrays.stream(advised.getAdvisors()).anyMatch((advisor) -> advisor.getAdvice() == this.methods));
	}

}

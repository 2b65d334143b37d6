package dev.cairn.spring.tracing;

import dev.cairn.spring.aop.TelemetryAnnotations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
		this.methods.unseen(this.beans).forEach((name, type) -> {
			// An invalid @Telemetry is reported by itself
			if (!TelemetryAnnotations.isIn(type)) {
				logger.warn("Cairn: calls of the methods with @Traced of the bean {} ({}) are not recorded, because it "
						+ "has no proxy; it was created before the proxies", name, type.getName());
			}
		});
	}

}

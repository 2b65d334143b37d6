package dev.cairn.spring.points;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Validates the annotations {@code @Telemetry} of all beans, lazy ones included, once the
 * singletons have been created, and warns of those whose calls are not intercepted.
 */
final class TelemetryValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(TelemetryMethods.class);

	private final TelemetryMethods methods;

	private final ConfigurableListableBeanFactory beans;

	TelemetryValidator(TelemetryMethods methods, ConfigurableListableBeanFactory beans) {
		this.methods = methods;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.methods.unseen(this.beans)
			.forEach((name, type) -> logger
				.warn("Cairn: @Telemetry has no effect on the bean {} ({}), because it has no proxy; it was created "
						+ "before the proxies", name, type.getName()));
	}

}

package dev.cairn.spring.core;

import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Watches the start of every application that Boot runs and whose errors Cairn captures.
 */
final class StartListener implements ApplicationListener<ApplicationPreparedEvent> {

	@Override
	public void onApplicationEvent(ApplicationPreparedEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (isOn(context.getEnvironment(), "cairn.enabled") && isOn(context.getEnvironment(), "cairn.errors.enabled")) {
			ApplicationStart.watch(context);
		}
	}

	private static boolean isOn(Environment environment, String property) {
		return environment.getProperty(property, Boolean.class, true);
	}

}

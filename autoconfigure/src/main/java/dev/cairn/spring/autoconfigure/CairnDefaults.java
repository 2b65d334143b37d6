package dev.cairn.spring.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Keeps quiet what the starter brings along: Boot would send StatsD lines to the local
 * host as soon as the registry is on the class path. With the lowest precedence, so that
 * anything that the application says goes before.
 */
class CairnDefaults implements EnvironmentPostProcessor {

	private static final String STATSD_ENABLED = "management.statsd.metrics.export.enabled";

	private static final String STATSD_HOST = "management.statsd.metrics.export.host";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!StringUtils.hasText(environment.getProperty(STATSD_HOST))) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("cairnDefaults", Map.of(STATSD_ENABLED, "false")));
		}
	}

}

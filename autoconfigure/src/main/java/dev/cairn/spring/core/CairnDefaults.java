package dev.cairn.spring.core;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Properties that Cairn would set if it were asked, with the lowest precedence, so that
 * anything that the application says goes before. What the starter brings along is kept
 * quiet: Boot would send StatsD lines to the local host as soon as the registry is on the
 * class path. Lines that tell of an incident show its id behind the level. Prometheus
 * takes no exemplars on the counts and sums of its summaries; where tracing is on, they
 * would make every scrape fail.
 */
class CairnDefaults implements EnvironmentPostProcessor {

	private static final String STATSD_ENABLED = "management.statsd.metrics.export.enabled";

	private static final String STATSD_HOST = "management.statsd.metrics.export.host";

	private static final String LEVEL_PATTERN = "logging.pattern.level";

	/** Boot's own, and the id in brackets where there is one. */
	private static final String LEVEL_WITH_ERROR_ID = "%5p%replace( [%X{errorId:-}]){' .]$',''}";

	/** Without it there are no meters of the threads that serve requests. */
	private static final String TOMCAT_POOL = "server.tomcat.mbeanregistry.enabled";

	private static final String PROMETHEUS = "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

	private static final String PROMETHEUS_EXEMPLARS = "management.prometheus.metrics.export.properties."
			+ "io.prometheus.exporter.exemplarsOnAllMetricTypes";

	private static final boolean LOGBACK = ClassUtils.isPresent("ch.qos.logback.classic.LoggerContext",
			CairnDefaults.class.getClassLoader());

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> defaults = new HashMap<>();
		if (!StringUtils.hasText(environment.getProperty(STATSD_HOST))) {
			defaults.put(STATSD_ENABLED, "false");
		}
		if (LOGBACK && isOn(environment, "cairn.enabled") && isOn(environment, "cairn.errors.enabled")) {
			defaults.put(LEVEL_PATTERN, LEVEL_WITH_ERROR_ID);
		}
		if (isOn(environment, "cairn.enabled") && ClassUtils.isPresent(PROMETHEUS, application.getClassLoader())) {
			defaults.put(PROMETHEUS_EXEMPLARS, "false");
		}
		if (isOn(environment, "cairn.enabled") && isOn(environment, "cairn.metrics.enabled")) {
			defaults.put(TOMCAT_POOL, "true");
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource("cairnDefaults", defaults));
		}
	}

	private static boolean isOn(ConfigurableEnvironment environment, String property) {
		return !"false".equalsIgnoreCase(environment.getProperty(property));
	}

}

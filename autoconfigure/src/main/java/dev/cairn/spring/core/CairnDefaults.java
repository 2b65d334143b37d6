package dev.cairn.spring.core;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.aot.AotDetector;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Sets properties with the lowest precedence, so that those of the application win, and
 * excludes the auto-configurations of Boot that would record the same meters again.
 * Prometheus cannot be scraped with exemplars on all types while tracing is on.
 */
class CairnDefaults implements EnvironmentPostProcessor {

	private static final String STATSD = "management.statsd.metrics.export.";

	/** The JDK has no Unix datagrams. Micrometer brings them along. */
	private static final Set<String> STATSD_PROTOCOLS = Set.of("udp", "tcp");

	/** Boot's own pattern, followed by the id in brackets if there is one. */
	private static final String LEVEL_WITH_ERROR_ID = "%5p%replace( [%X{errorId:-}]){' .]$',''}";

	private static final String LOG4J_LEVEL_WITH_ERROR_ID = "%5p%replace{ [%X{errorId}]}{ .]$}{}";

	private static final String EXCLUDE = "spring.autoconfigure.exclude";

	private static final String METRICS = "org.springframework.boot.micrometer.metrics.autoconfigure.";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		ClassLoader loader = application.getClassLoader();
		Map<String, Object> defaults = new HashMap<>();
		if (!StringUtils.hasText(environment.getProperty(STATSD + "host"))) {
			// Boot decides at build time; the host may be set when the application starts
			defaults.put(STATSD + "enabled", String.valueOf(isBuilt() && hasStatsdProtocol(environment)));
		}
		if (!hasStatsdProtocol(environment)) {
			defaults.put("cairn.statsd.enabled", "false");
		}
		if (isOn(environment, "errors")) {
			// As Boot, which prefers Logback
			defaults.put("logging.pattern.level", isPresent("ch.qos.logback.classic.LoggerContext", loader)
					? LEVEL_WITH_ERROR_ID : LOG4J_LEVEL_WITH_ERROR_ID);
		}
		if (isOn(environment, "tracing")) {
			defaults.put("logging.expect-correlation-id", "true");
			// @Traced records spans; @Timed records timers
			defaults.put("management.metrics.enable.method.traced", "false");
		}
		if (isOn(environment, "context.propagation")) {
			defaults.put("spring.reactor.context-propagation", "auto");
		}
		if (isOn(environment) && isPresent("io.micrometer.prometheusmetrics.PrometheusMeterRegistry", loader)) {
			defaults.put("management.prometheus.metrics.export.properties."
					+ "io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
		}
		if (isAheadOfTime() && isPresent("io.sentry.spring.boot4.SentryAutoConfiguration", loader)) {
			// Sentry decides by the presence of its DSN at build time
			defaults.put("sentry.dsn", "");
		}
		environment.getPropertySources().addLast(new MapPropertySource("cairnDefaults", defaults));
		exclude(environment);
	}

	/** The property is a list, which a source of lower precedence cannot extend. */
	private static void exclude(ConfigurableEnvironment environment) {
		Set<String> excluded = new LinkedHashSet<>();
		if (hasStatsdProtocol(environment) && (isAheadOfTime() || isOn(environment, "statsd"))) {
			excluded.add(METRICS + "export.statsd.StatsdMetricsExportAutoConfiguration");
		}
		if (isAheadOfTime() || isOn(environment, "metrics", "annotations")) {
			excluded.add(METRICS + "MetricsAspectsAutoConfiguration");
		}
		if (!excluded.isEmpty()) {
			excluded.addAll(Binder.get(environment).bind(EXCLUDE, Bindable.listOf(String.class)).orElseGet(List::of));
			environment.getPropertySources()
				.addFirst(new MapPropertySource("cairnExclusions", Map.of(EXCLUDE, String.join(",", excluded))));
		}
	}

	private static boolean hasStatsdProtocol(ConfigurableEnvironment environment) {
		return STATSD_PROTOCOLS.contains(environment.getProperty(STATSD + "protocol", "udp").toLowerCase(Locale.ROOT));
	}

	private static boolean isAheadOfTime() {
		return isBuilt() || AotDetector.useGeneratedArtifacts();
	}

	/** Returns whether the application is being processed ahead of time. */
	static boolean isBuilt() {
		return Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING);
	}

	/** A value that is no boolean fails the start later, with its origin. */
	private static boolean isOn(ConfigurableEnvironment environment, String... features) {
		return Stream
			.concat(Stream.of("cairn.enabled"), Stream.of(features).map((name) -> "cairn." + name + ".enabled"))
			.noneMatch((property) -> "false".equalsIgnoreCase(environment.getProperty(property)));
	}

	/** Looks for the class file, so that no class is loaded. */
	private static boolean isPresent(String type, ClassLoader loader) {
		return loader
			.getResource(ClassUtils.convertClassNameToResourcePath(type) + ClassUtils.CLASS_FILE_SUFFIX) != null;
	}

}

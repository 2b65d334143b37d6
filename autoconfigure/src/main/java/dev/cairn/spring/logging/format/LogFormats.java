package dev.cairn.spring.logging.format;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Replaces the names of formats with the names of their classes, by which Boot creates
 * formats other than its own. Those of Cairn have a name even while Cairn is off, since
 * Boot does not start with an unknown format.
 */
class LogFormats implements EnvironmentPostProcessor {

	private static final List<String> PROPERTIES = List.of("logging.structured.format.console",
			"logging.structured.format.file");

	private static final Map<String, String> TYPES = Map.of("ecs", "Ecs", "gelf", "Gelf", "json", "Json", "keyvalue",
			"KeyValue", "logfmt", "Logfmt", "logstash", "Logstash", "pretty", "Pretty");

	private static final Set<String> BOOTS = Set.of("ecs", "gelf", "logstash");

	/** The formats of a logging system, whose classes may not be there. */
	private static final Map<String, String> LINES = Map.of("LogbackLoggingSystem", "LogbackLines",
			"Log4J2LoggingSystem", "Log4jLines");

	private static final String PACKAGE = "dev.cairn.spring.logging.format.";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		LoggingProperties properties = LoggingProperties.of(environment);
		boolean on = !"false".equalsIgnoreCase(environment.getProperty("cairn.enabled")) && properties.enabled();
		if (on) {
			properties.limit();
		}
		Map<String, Object> formats = new HashMap<>();
		for (String property : PROPERTIES) {
			String type = type(property, environment.getProperty(property), on, application.getClassLoader());
			if (type != null) {
				formats.put(property, type);
			}
		}
		if (!formats.isEmpty()) {
			environment.getPropertySources().addFirst(new MapPropertySource("cairnLogFormats", formats));
		}
	}

	private static @Nullable String type(String property, @Nullable String format, boolean on, ClassLoader loader) {
		String lines = LINES.get(LoggingSystem.get(loader).getClass().getSimpleName());
		if (!StringUtils.hasText(format) || lines == null) {
			return null;
		}
		String name = format.toLowerCase(Locale.ROOT);
		if (!on && (BOOTS.contains(name) || !TYPES.containsKey(name))) {
			return null;
		}
		String type = TYPES.get(name);
		if (type == null && !ClassUtils.isPresent(format, loader)) {
			throw new InvalidConfigurationPropertyValueException(property, format,
					"It must be one of " + new TreeSet<>(TYPES.keySet()) + ", or the name of a class.");
		}
		return (type != null) ? PACKAGE + lines + "$" + type : null;
	}

}

package dev.cairn.spring.logging;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Replaces the names of formats with the names of their classes, by which Boot creates
 * formats other than its own.
 */
class LogFormats implements EnvironmentPostProcessor {

	private static final List<String> PROPERTIES = List.of("logging.structured.format.console",
			"logging.structured.format.file");

	private static final Map<String, String> TYPES = Map.of("ecs", "Ecs", "gelf", "Gelf", "logstash", "Logstash");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if ("false".equalsIgnoreCase(environment.getProperty("cairn.enabled"))
				|| !LoggingProperties.of(environment).enabled()) {
			return;
		}
		Map<String, Object> formats = new HashMap<>();
		for (String property : PROPERTIES) {
			String type = type(environment.getProperty(property), application.getClassLoader());
			if (type != null) {
				formats.put(property, type);
			}
		}
		if (!formats.isEmpty()) {
			environment.getPropertySources().addFirst(new MapPropertySource("cairnLogFormats", formats));
		}
	}

	private static @Nullable String type(@Nullable String format, ClassLoader loader) {
		String type = (format != null) ? TYPES.get(format.toLowerCase(Locale.ROOT)) : null;
		String system = LoggingSystem.get(loader).getClass().getSimpleName();
		if (type != null && system.equals("LogbackLoggingSystem")) {
			return LogbackLines.class.getName() + "$" + type;
		}
		return null;
	}

}

package dev.cairn.spring.switches;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;

import org.springframework.boot.logging.LoggingSystem;

/**
 * The levels of Log4j2. Boot does not return that of the root logger, and cannot set
 * custom ones.
 */
final class Log4jLevels {

	private Log4jLevels() {
	}

	static ConfiguredLevel configured(LoggingSystem system, String logger) {
		String name = logger.equals(LoggingSystem.ROOT_LOGGER_NAME) ? LogManager.ROOT_LOGGER_NAME : logger;
		LoggerConfig config = LoggerContext.getContext(false).getConfiguration().getLoggers().get(name);
		Level level = (config != null) ? config.getExplicitLevel() : null;
		if (level == null) {
			return new ConfiguredLevel(ConfiguredLevel.INHERITED, () -> system.setLogLevel(logger, null));
		}
		return new ConfiguredLevel(level.name(), () -> Configurator.setLevel(name, level));
	}

}

package dev.cairn.spring.switches;

import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggerConfiguration.ConfigurationScope;
import org.springframework.boot.logging.LoggerConfiguration.LevelConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.log4j2.Log4J2LoggingSystem;

/**
 * The level that a logger has by its own configuration.
 *
 * @param name the name of the level
 * @param restore sets it again
 */
record ConfiguredLevel(String name, Runnable restore) {

	/** The name if the logger has the level of its parent. */
	static final String INHERITED = "inherited";

	/**
	 * Returns the level of a logger.
	 * @param system the logging system
	 * @param logger the name of the logger
	 * @return the level
	 * @throws IllegalArgumentException if it is one that could not be set again
	 */
	static ConfiguredLevel of(LoggingSystem system, String logger) {
		if (system instanceof Log4J2LoggingSystem) {
			return Log4jLevels.configured(system, logger);
		}
		LoggerConfiguration configuration = system.getLoggerConfiguration(logger);
		LevelConfiguration level = (configuration != null)
				? configuration.getLevelConfiguration(ConfigurationScope.DIRECT) : null;
		if (level == null) {
			return new ConfiguredLevel(INHERITED, () -> system.setLogLevel(logger, null));
		}
		if (level.isCustom()) {
			throw new IllegalArgumentException("target must not be a logger with a custom level, which could not be "
					+ "reverted, but '" + logger + "' has the level " + level.getName());
		}
		return new ConfiguredLevel(level.getName(), () -> system.setLogLevel(logger, level.getLevel()));
	}

}

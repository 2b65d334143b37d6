package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

import dev.cairn.engine.Settings;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggerConfiguration.ConfigurationScope;
import org.springframework.boot.logging.LoggerConfiguration.LevelConfiguration;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The level of a logger.
 *
 * @param system the logging system
 */
record LoggerKind(LoggingSystem system) implements SwitchKind {

	@Override
	public String values() {
		return "one of " + this.system.getSupportedLogLevels();
	}

	@Override
	public Collection<String> targets() {
		return List.of();
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		request.requireNoPoint();
		String name = request.requiredTarget();
		String text = request.requiredValue();
		LogLevel level = this.system.getSupportedLogLevels()
			.stream()
			.filter((each) -> each.name().equalsIgnoreCase(text))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("value must be " + values() + ", but was '" + text + "'"));
		return new Change(name, text.toUpperCase(Locale.ROOT), was(name), UnaryOperator.identity(), level);
	}

	private String was(String name) {
		return configured(this.system, name).map(LogLevel::name).orElse("inherited");
	}

	/** A custom level cannot be set again by its name, so it is not replaced. */
	static Optional<LogLevel> configured(LoggingSystem system, String name) {
		LoggerConfiguration logger = system.getLoggerConfiguration(name);
		LevelConfiguration level = (logger != null) ? logger.getLevelConfiguration(ConfigurationScope.DIRECT) : null;
		if (level != null && level.isCustom()) {
			throw new IllegalArgumentException("target must not be a logger with a custom level, which could not be "
					+ "reverted, but '" + name + "' has the level " + level.getName());
		}
		return Optional.ofNullable(level).map(LevelConfiguration::getLevel);
	}

}

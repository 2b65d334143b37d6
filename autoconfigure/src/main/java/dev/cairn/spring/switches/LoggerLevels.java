package dev.cairn.spring.switches;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Sets the levels of loggers, and remembers those before. Not thread-safe.
 */
final class LoggerLevels {

	private final @Nullable LoggingSystem system;

	private final Map<String, Optional<LogLevel>> before = new HashMap<>();

	LoggerLevels(@Nullable LoggingSystem system) {
		this.system = system;
	}

	void set(Switch added) {
		LoggingSystem loggers = this.system;
		LogLevel level = added.change().level();
		if (loggers != null && level != null) {
			String name = added.change().target();
			Optional<LogLevel> known = this.before.containsKey(name) ? this.before.get(name)
					: LoggerKind.configured(loggers, name);
			loggers.setLogLevel(name, level);
			this.before.put(name, known);
		}
	}

	/**
	 * Reverts the level to that of the latest switch that is left, or else to the one
	 * before.
	 * @param removed the switch that ends
	 * @param left the other ones, the latest last
	 */
	void revert(Switch removed, List<Switch> left) {
		LoggingSystem loggers = this.system;
		String name = removed.change().target();
		if (loggers == null || removed.change().level() == null || !this.before.containsKey(name)) {
			return;
		}
		List<Switch> others = left.stream().filter((each) -> each.isOfLogger(name) && !each.reverting()).toList();
		LogLevel level = others.isEmpty() ? this.before.get(name).orElse(null)
				: others.get(others.size() - 1).change().level();
		loggers.setLogLevel(name, level);
		if (left.stream().noneMatch((each) -> each.isOfLogger(name))) {
			this.before.remove(name);
		}
	}

}

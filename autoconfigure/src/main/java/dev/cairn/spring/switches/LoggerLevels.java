package dev.cairn.spring.switches;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Sets the levels of loggers, and remembers those before. Not thread-safe.
 */
final class LoggerLevels {

	private final @Nullable LoggingSystem system;

	private final Map<String, ConfiguredLevel> before = new HashMap<>();

	LoggerLevels(@Nullable LoggingSystem system) {
		this.system = system;
	}

	void set(Switch added) {
		LoggingSystem loggers = this.system;
		LogLevel level = added.change().level();
		if (loggers != null && level != null) {
			String name = added.change().target();
			ConfiguredLevel known = this.before.get(name);
			ConfiguredLevel configured = (known != null) ? known : ConfiguredLevel.of(loggers, name);
			loggers.setLogLevel(name, level);
			this.before.put(name, configured);
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
		ConfiguredLevel configured = this.before.get(name);
		if (loggers == null || removed.change().level() == null || configured == null) {
			return;
		}
		List<Switch> others = left.stream().filter((each) -> each.isOfLogger(name) && !each.reverting()).toList();
		if (others.isEmpty()) {
			configured.restore().run();
		}
		else {
			loggers.setLogLevel(name, others.get(others.size() - 1).change().level());
		}
		if (left.stream().noneMatch((each) -> each.isOfLogger(name))) {
			this.before.remove(name);
		}
	}

}

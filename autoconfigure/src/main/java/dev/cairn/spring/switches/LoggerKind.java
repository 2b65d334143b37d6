package dev.cairn.spring.switches;

import java.util.Locale;
import java.util.function.UnaryOperator;

import dev.cairn.engine.Settings;

import org.springframework.boot.logging.LogLevel;
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
	public Change change(SwitchRequest request, Settings now) {
		String name = request.requiredTarget();
		String text = request.requiredValue();
		LogLevel level = this.system.getSupportedLogLevels()
			.stream()
			.filter((each) -> each.name().equalsIgnoreCase(text))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("value must be " + values() + ", but was '" + text + "'"));
		return new Change(name, text.toUpperCase(Locale.ROOT), ConfiguredLevel.of(this.system, name).name(),
				UnaryOperator.identity(), level);
	}

}

package dev.cairn.spring.switches;

import java.util.function.UnaryOperator;

import dev.cairn.engine.Settings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;

/**
 * The change that a switch makes: to the settings, or to the level of a logger.
 *
 * @param target the name of the target
 * @param value the value after the change
 * @param was the value before the change
 * @param settings returns the settings with the change
 * @param level the level of the logger, or {@code null} if the target is no logger
 */
record Change(String target, String value, String was, UnaryOperator<Settings> settings, @Nullable LogLevel level) {

	Change(String target, String value, String was, UnaryOperator<Settings> settings) {
		this(target, value, was, settings, null);
	}

}

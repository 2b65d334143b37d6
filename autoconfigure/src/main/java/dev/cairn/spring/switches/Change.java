package dev.cairn.spring.switches;

import java.util.function.UnaryOperator;

import dev.cairn.engine.Settings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;

/**
 * What a switch changes: the settings, or the level of a logger.
 *
 * @param target what is switched
 * @param value what it is switched to
 * @param was what it was before
 * @param settings returns the settings with the change
 * @param level the level of the logger, or {@code null} if the target is no logger
 */
record Change(String target, String value, String was, UnaryOperator<Settings> settings, @Nullable LogLevel level) {

	Change(String target, String value, String was, UnaryOperator<Settings> settings) {
		this(target, value, was, settings, null);
	}

}

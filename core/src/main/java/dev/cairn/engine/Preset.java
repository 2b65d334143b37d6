package dev.cairn.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Default values of events that are published with {@link Event#preset}.
 *
 * @param fields the values by name
 * @param category the category
 * @param severity the severity
 * @param rate the fraction to keep, 0 to 1
 * @param logger the name of the logger
 */
public record Preset(Map<String, ?> fields, @Nullable Category category, @Nullable Severity severity,
		@Nullable Double rate, @Nullable String logger) {

	/**
	 * Checks the rate and copies the fields.
	 * @throws IllegalArgumentException if the rate is outside 0 to 1
	 */
	public Preset {
		Objects.requireNonNull(fields, "fields must not be null");
		fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
		if (rate != null) {
			Sampler.checkRate(rate);
		}
	}

}

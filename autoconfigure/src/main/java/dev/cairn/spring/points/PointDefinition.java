package dev.cairn.spring.points;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.annotation.On;
import dev.cairn.engine.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The event that a point publishes for a call. The methods of the point are not part of
 * it. Immutable.
 *
 * @param type the type of the event
 * @param on the ends of a call that are published
 * @param fields the expressions of the fields, by name
 * @param condition the expression that must be true, {@code null} for all calls
 * @param category the category of the event
 * @param severity the severity of the event
 * @param rate the fraction to keep, 0 (none) to 1 (all)
 * @param enabled whether anything is published
 */
public record PointDefinition(String type, On on, Map<String, String> fields, @Nullable String condition,
		@Nullable Category category, Severity severity, double rate, boolean enabled) {

	/**
	 * Checks what does not depend on a method.
	 * @throws IllegalArgumentException if the type or the rate is invalid
	 */
	public PointDefinition {
		checkType(type);
		Sampler.checkRate(rate);
		Objects.requireNonNull(on, "on must not be null");
		Objects.requireNonNull(severity, "severity must not be null");
		fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
	}

	/**
	 * Checks that an event may have a type.
	 * @throws IllegalArgumentException if the type is not a token, or is reserved
	 */
	static String checkType(String type) {
		Message.checkType(type);
		if (Message.isReserved(type)) {
			throw new IllegalArgumentException(
					"type '" + type + "' is reserved for Cairn's own messages; choose another type");
		}
		return type;
	}

	/** Returns this definition with the parts that can be changed at run time. */
	PointDefinition with(Settings.Point settings) {
		return new PointDefinition(this.type, this.on, settings.fields(), settings.condition(), this.category,
				this.severity, this.rate, settings.enabled());
	}

	boolean isOn() {
		return this.enabled && this.rate > 0;
	}

	/** Returns whether a call that returned, or threw an exception, is published. */
	boolean publishes(boolean thrown) {
		return isOn() && (this.on == On.BOTH || (this.on == On.THROW) == thrown);
	}

}

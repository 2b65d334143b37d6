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
import org.jspecify.annotations.Nullable;

/**
 * What is published of a call. Immutable; which calls these are is not its matter.
 *
 * @param type the type of the event
 * @param on which ends of a call are told
 * @param fields expressions by the names of the fields
 * @param condition an expression that must be true; {@code null} for all calls
 * @param category what kind of data it is
 * @param severity how severe it is
 * @param rate the fraction to keep, 0 (none) to 1 (all)
 * @param enabled whether anything is published at all
 */
public record Point(String type, On on, Map<String, String> fields, @Nullable String condition,
		@Nullable Category category, Severity severity, double rate, boolean enabled) {

	/**
	 * Checks what can be checked without the method; the expressions are when they are
	 * compiled.
	 * @throws IllegalArgumentException when the type or the rate is refused
	 */
	public Point {
		checkType(type);
		Sampler.checkRate(rate);
		Objects.requireNonNull(on, "on must not be null");
		Objects.requireNonNull(severity, "severity must not be null");
		fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
	}

	/**
	 * Check that an event may have a type.
	 * @param type the type
	 * @return the type
	 * @throws IllegalArgumentException when it is no token, or reserved
	 */
	public static String checkType(String type) {
		Message.checkType(type);
		if (Message.isReserved(type)) {
			throw new IllegalArgumentException(
					"type '" + type + "' is reserved for Cairn's own messages; name the event otherwise");
		}
		return type;
	}

	/**
	 * Return the same point, switched on or off.
	 * @param enabled whether anything is published
	 * @return a point
	 */
	public Point withEnabled(boolean enabled) {
		return new Point(this.type, this.on, this.fields, this.condition, this.category, this.severity, this.rate,
				enabled);
	}

	/** Whether any call is told. */
	boolean isOn() {
		return this.enabled && this.rate > 0;
	}

	/** Whether an end of a call is told. */
	boolean tells(boolean thrown) {
		return isOn() && (this.on == On.BOTH || (this.on == On.THROW) == thrown);
	}

}

package dev.cairn.spring.core;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks values of properties. An invalid value fails the start with the name of the
 * property, its value, its origin and the reason.
 */
public final class InvalidProperty {

	private static final Duration LONGEST = Duration.ofDays(365);

	private InvalidProperty() {
	}

	/**
	 * Returns the result of a conversion.
	 * @param <T> the type of the result
	 * @param name the name of the property
	 * @param value the value of the property
	 * @param conversion converts the value
	 * @return the result
	 * @throws InvalidConfigurationPropertyValueException if the conversion rejects the
	 * value
	 */
	public static <T> T check(String name, @Nullable Object value, Supplier<T> conversion) {
		try {
			return conversion.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(name, value, ex.getMessage());
		}
	}

	public static void requireRange(String name, Object value, long number, long least, long most) {
		if (number < least || number > most) {
			throw new InvalidConfigurationPropertyValueException(name, value,
					"It must be " + ((most != Long.MAX_VALUE) ? least + " to " + most : "at least " + least) + ".");
		}
	}

	public static void requireDuration(String name, Duration value) {
		requireDuration(name, value, value.isZero(), "more than 0");
	}

	/**
	 * Checks a duration that may be 0, which switches something off.
	 * @param name the name of the property
	 * @param value the value of the property
	 */
	public static void requireDurationOrZero(String name, Duration value) {
		requireDuration(name, value, false, "0 or more");
	}

	private static void requireDuration(String name, Duration value, boolean tooShort, String least) {
		if (tooShort || value.isNegative() || value.compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationPropertyValueException(name, value,
					"It must be " + least + " and at most " + LONGEST.toDays() + "d.");
		}
	}

}

package dev.cairn.spring.core;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Turns what the library refuses into a failure of the start that names the property, its
 * value, where it was set and the remedy.
 */
public final class InvalidProperty {

	private static final Duration LONGEST = Duration.ofDays(365);

	private InvalidProperty() {
	}

	/**
	 * Return what is made from a property.
	 * @throws InvalidConfigurationPropertyValueException when it is refused
	 */
	public static <T> T check(String name, @Nullable Object value, Supplier<T> made) {
		try {
			return made.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(name, value, ex.getMessage());
		}
	}

	/**
	 * Refuse a value that is outside its range.
	 * @throws InvalidConfigurationPropertyValueException when it is
	 */
	public static void requireRange(String name, Object value, long number, long least, long most) {
		if (number < least || number > most) {
			throw new InvalidConfigurationPropertyValueException(name, value,
					"It must be " + ((most != Long.MAX_VALUE) ? least + " to " + most : "at least " + least) + ".");
		}
	}

	/**
	 * Refuse a time that is not above zero, or too long to be meant.
	 * @throws InvalidConfigurationPropertyValueException when it is
	 */
	public static void requireDuration(String name, Duration value) {
		if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationPropertyValueException(name, value,
					"It must be more than 0 and at most " + LONGEST.toDays() + "d.");
		}
	}

}

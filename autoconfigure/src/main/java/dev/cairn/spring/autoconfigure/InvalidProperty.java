package dev.cairn.spring.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Turns what the library refuses into a failure of the start that names the property, its
 * value, where it was set and the remedy.
 */
final class InvalidProperty {

	private InvalidProperty() {
	}

	/**
	 * Return what is made from a property.
	 * @throws InvalidConfigurationPropertyValueException when it is refused
	 */
	static <T> T check(String name, @Nullable Object value, Supplier<T> made) {
		try {
			return made.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(name, value, ex.getMessage());
		}
	}

}

package dev.cairn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the type, the version and the category of a record that is published by
 * {@link Cairn#publish(Record)}. By default, type and version are derived from the name
 * of the class: {@code OrderPlaced} is {@code order.placed} in version 1, and
 * {@code OrderPlacedV2} is the same in version 2.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventType {

	/**
	 * Returns the type of the message; if empty, it is derived from the name of the
	 * class.
	 * @return the type
	 */
	String value() default "";

	/**
	 * Returns the version of the fields, at least 1; if 0, it is derived from the name of
	 * the class.
	 * @return the version
	 */
	int version() default 0;

	/**
	 * Returns the category, at most one.
	 * @return the category
	 */
	Category[] category() default {};

}

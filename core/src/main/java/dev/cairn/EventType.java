package dev.cairn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a record is published as by {@link Cairn#publish(Record)}. Without it, the
 * name of the class says so: {@code OrderPlaced} is {@code order.placed} in version 1,
 * and {@code OrderPlacedV2} the same in version 2. Stands beside the vocabulary rather
 * than with the annotations for methods, since the engine itself reads it.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventType {

	/**
	 * The type of the message; from the name of the class when empty.
	 * @return the type
	 */
	String value() default "";

	/**
	 * The version of the fields, from 1 on; from the name of the class when 0.
	 * @return the version
	 */
	int version() default 0;

	/**
	 * What kind of data it is; one at the most.
	 * @return the category
	 */
	Category[] category() default {};

}

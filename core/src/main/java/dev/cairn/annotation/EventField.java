package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds an argument to the {@link PublishEvent events} of its method as a field.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventField {

	/**
	 * Returns the name of the field.
	 * @return the name, by default that of the parameter
	 */
	String value() default "";

}

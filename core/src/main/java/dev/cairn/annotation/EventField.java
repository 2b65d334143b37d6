package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An argument is a field of the {@link PublishEvent events} of its method.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventField {

	/**
	 * Return the name of the field.
	 * @return the name; that of the parameter by default
	 */
	String value() default "";

}

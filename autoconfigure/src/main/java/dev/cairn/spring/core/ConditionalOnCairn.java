package dev.cairn.spring.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches unless {@code cairn.enabled} or one of the switches of a feature is
 * {@code false}, and one of the properties that point to its backend, if there are any,
 * is set. Properties may differ between the build and the start of an application that
 * was processed ahead of time: then everything matches at build time, and the start
 * removes the beans that are switched off.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnCairnCondition.class)
public @interface ConditionalOnCairn {

	/**
	 * Features that {@code cairn.<feature>.enabled} switches off.
	 * @return the names of the features
	 */
	String[] value() default {};

	/**
	 * Further boolean properties that switch the beans off.
	 * @return the full names of the properties
	 */
	String[] property() default {};

	/**
	 * Properties of which one must have a value, as a text or as a list.
	 * @return the full names of the properties
	 */
	String[] configured() default {};

	/**
	 * Whether the features are on by default.
	 * @return whether features are on by default
	 */
	boolean enabledByDefault() default true;

	/**
	 * Beans in whose presence the features are off by default.
	 * @return the names of the beans
	 */
	String[] insteadOf() default {};

	/**
	 * Class of the bean that takes the place of a bean that the start switches off, for
	 * beans without which others of the build cannot be created.
	 * @return the name of a class with a default constructor, or
	 * {@code <class>#<static method>}
	 */
	String otherwise() default "";

}

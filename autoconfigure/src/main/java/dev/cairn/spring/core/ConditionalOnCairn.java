package dev.cairn.spring.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches unless {@code cairn.enabled} or {@code cairn.<feature>.enabled} is false.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnCairnCondition.class)
public @interface ConditionalOnCairn {

	/**
	 * The feature that can be switched off by itself; empty for Cairn as a whole.
	 */
	String value() default "";

	/**
	 * Whether the feature is on unless a property says otherwise.
	 */
	boolean enabledByDefault() default true;

}

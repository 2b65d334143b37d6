package dev.cairn.spring.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches when one of the properties is set and not empty, as a text or as a list.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnConfiguredCondition.class)
public @interface ConditionalOnConfigured {

	/**
	 * The names of the properties.
	 */
	String[] value();

}

package dev.cairn.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.cairn.Cairn;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Provides {@link Cairn} and a {@link CairnRecorder} to a test that does not start the
 * whole application. The slices of Spring Boot, such as {@code @WebMvcTest}, do that by
 * themselves. In a test with the whole application, it keeps all signals in memory,
 * whatever destinations are configured.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureCairn {

	/**
	 * Whether events, incidents and meters are sent to the destinations that the
	 * application configures.
	 * @return {@code false} by default
	 */
	boolean export() default false;

}

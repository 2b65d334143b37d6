package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reports the calls of a method with everything at once: they are timed, counted and
 * recorded as spans, and a failure is captured as an incident. <pre>
 * &#64;Telemetry(name = "order.place", event = "order.placed", bind = "customer = #basket.customer",
 * 		tags = "items = #basket.items.size", slow = "500ms")
 * Order place(Basket basket) {
 * </pre> Has the effect of the annotations for one part each, such as
 * {@link PublishEvent @PublishEvent} and {@link Traced @Traced}. Can be used on methods
 * of beans or of the interfaces that they implement, on classes, for their public methods
 * without an annotation of their own, and as a meta-annotation. For a future or a
 * reactive result, a call ends when the result is complete. An invalid attribute fails
 * the start.
 */
@Documented
@Inherited
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Telemetry {

	/**
	 * Returns the name of the timer and of the span. That of the counter has the suffix
	 * {@code .calls}.
	 * @return a token such as {@code order.place}; by default, the names are those of the
	 * annotations for one part
	 */
	String name() default "";

	/**
	 * Returns the type of the event that is published when a call has returned.
	 * @return a token such as {@code order.placed}; empty to publish none
	 */
	String event() default "";

	/**
	 * Returns the values that are bound during the call, each as
	 * {@code name = expression}.
	 * @return expressions over {@code #target}, {@code #method} and the arguments, by
	 * their names and as {@code #a0}, {@code #a1}
	 */
	String[] bind() default {};

	/**
	 * Returns the tags of the span and the fields of the event, each as
	 * {@code name = expression}. Meters do not have them.
	 * @return expressions over {@code #result}, {@code #exception}, {@code #error_type},
	 * {@code #target}, {@code #method} and the arguments
	 */
	String[] tags() default {};

	/**
	 * Returns the duration from which a call is logged as slow.
	 * @return a duration with its unit, such as {@code 500ms} or {@code 2s}; empty to log
	 * none
	 */
	String slow() default "";

	/**
	 * Returns whether calls are timed.
	 * @return {@code false} to have no timer
	 */
	boolean timed() default true;

	/**
	 * Returns whether calls are counted, by exception and result.
	 * @return {@code false} to have no counter
	 */
	boolean counted() default true;

	/**
	 * Returns whether calls are spans of the tracer.
	 * @return {@code false} to have no span
	 */
	boolean traced() default true;

	/**
	 * Returns whether an exception that leaves the method is captured as an incident.
	 * While a request is served, its answer decides whether it is a failure.
	 * @return {@code false} to capture none
	 */
	boolean error() default true;

}

package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.cairn.Category;
import dev.cairn.Severity;

/**
 * Calls of a method are published as events. <pre>
 * &#64;Event(value = "order.placed", category = Category.BEHAVIOUR,
 * 		fields = { "order_id = #result.id", "quantity = #quantity" })
 * Order place(long productId, int quantity) {
 * </pre> For methods of beans, or of the interfaces that they implement; may be repeated,
 * and put on another annotation. A future or a reactive result is told when it is
 * complete.
 */
@Documented
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(PublishEvents.class)
public @interface PublishEvent {

	/**
	 * Return the type of the event.
	 * @return a token such as {@code order.placed}; by default it is made of the names of
	 * the class and the method, such as {@code order_service.place}
	 */
	String value() default "";

	/**
	 * Return which ends of the call are told.
	 * @return the ends
	 */
	On on() default On.RETURN;

	/**
	 * Return the fields, each as {@code name = expression}.
	 * @return expressions over {@code #result}, {@code #exception}, {@code #error_type},
	 * {@code #duration_ms}, {@code #target}, {@code #method} and the arguments, by their
	 * names and as {@code #a0}, {@code #a1}
	 */
	String[] fields() default {};

	/**
	 * Return the condition under which the call is told.
	 * @return an expression over the same variables; empty for all calls
	 */
	String condition() default "";

	/**
	 * Return what kind of data it is.
	 * @return one category, or none
	 */
	Category[] category() default {};

	/**
	 * Return how severe it is.
	 * @return the severity
	 */
	Severity severity() default Severity.INFORMATIONAL;

	/**
	 * Return the fraction of the events to keep.
	 * @return 0 (none) to 1 (all)
	 */
	double rate() default 1;

}

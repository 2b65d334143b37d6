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
 * Publishes the calls of a method as events. <pre>
 * &#64;PublishEvent(value = "order.placed", category = Category.BEHAVIOUR,
 * 		fields = { "order_id = #result.id", "quantity = #quantity" })
 * Order place(long productId, int quantity) {
 * </pre> Can be used on methods of beans or of the interfaces that they implement,
 * several times, and as a meta-annotation. For a future or a reactive result, the event
 * is published when the result is complete.
 */
@Documented
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(PublishEvent.List.class)
public @interface PublishEvent {

	/**
	 * Returns the type of the event.
	 * @return a token such as {@code order.placed}; by default derived from the names of
	 * the class and the method, such as {@code order_service.place}
	 */
	String value() default "";

	/**
	 * Returns the outcomes of a call that are published.
	 * @return the outcomes
	 */
	On on() default On.RETURN;

	/**
	 * Returns the fields, each as {@code name = expression}.
	 * @return expressions over {@code #result}, {@code #exception}, {@code #error_type},
	 * {@code #duration_ms}, {@code #target}, {@code #method} and the arguments, by their
	 * names and as {@code #a0}, {@code #a1}
	 */
	String[] fields() default {};

	/**
	 * Returns the condition under which a call is published.
	 * @return an expression over the same variables; empty for all calls
	 */
	String condition() default "";

	/**
	 * Returns the category.
	 * @return one category, or none
	 */
	Category[] category() default {};

	/**
	 * Returns how severe it is.
	 * @return the severity
	 */
	Severity severity() default Severity.INFORMATIONAL;

	/**
	 * Returns the fraction of the events to keep.
	 * @return 0 (none) to 1 (all)
	 */
	double rate() default 1;

	/**
	 * Several events of one method.
	 */
	@Documented
	@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@interface List {

		/**
		 * Returns the events.
		 * @return the events
		 */
		PublishEvent[] value();

	}

	/**
	 * The outcomes of a call that are published.
	 */
	enum On {

		/** The call returned. */
		RETURN,
		/** The call threw an exception. */
		THROW,
		/** Either. */
		BOTH

	}

}

package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Records the calls of a method as spans of the tracer. <pre>
 * &#64;Traced(tags = { "order.id = #order.id", "total = #result.total" })
 * Receipt pay(Order order) {
 * </pre> Can be used on methods of beans or of the interfaces that they implement, on
 * classes, for their public methods without an annotation of their own, several times,
 * the outermost span first, and as a meta-annotation. For a future or a reactive result,
 * the span ends when the result is complete. Without a tracer, calls are not affected.
 */
@Documented
@Inherited
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Traced.List.class)
public @interface Traced {

	/**
	 * Returns the name of the span.
	 * @return the name; by default those of the class and the method, such as
	 * {@code OrderService.pay}
	 */
	String value() default "";

	/**
	 * Returns the tags, each as {@code name = expression}.
	 * @return expressions over {@code #result}, {@code #exception}, {@code #error_type},
	 * {@code #target}, {@code #method} and the arguments, by their names and as
	 * {@code #a0}, {@code #a1}
	 */
	String[] tags() default {};

	/**
	 * Returns whether calls are recorded only within a span.
	 * @return {@code true} if calls without an active span must not begin a trace
	 */
	boolean requireActive() default false;

	/**
	 * Several spans of one method.
	 */
	@Documented
	@Inherited
	@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@interface List {

		/**
		 * Returns the spans.
		 * @return the spans, the outermost first
		 */
		Traced[] value();

	}

}

package dev.cairn.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.cairn.BindingExtractor;
import dev.cairn.CairnContext;

/**
 * Binds an argument of a bean's method during the call, as with
 * {@link CairnContext#bind(String, Object)}. <pre>
 * void place(&#64;Bind("order") String id, &#64;Bind Customer customer)
 *
 * record Customer(&#64;Bind("customer.id") String id, String name)
 * </pre> A parameter without a name is bound by the {@link BindingExtractor} of its type,
 * or by the fields of its class that have this annotation, or else as a whole, under the
 * name of the parameter. A getter of a field is preferred to the field. In a call that
 * returns a future or a publisher, the values are bound until it returns.
 */
@Documented
@Target({ ElementType.PARAMETER, ElementType.FIELD })
@Retention(RetentionPolicy.RUNTIME)
public @interface Bind {

	/**
	 * Returns the name of the value.
	 * @return the name, by default that of the parameter or field
	 */
	String value() default "";

}

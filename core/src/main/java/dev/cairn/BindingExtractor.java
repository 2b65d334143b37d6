package dev.cairn;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Converts an object into values that are bound, such as an order into its number and the
 * number of its customer. In an application it is a bean. Several threads may call it at
 * once. If it throws an exception, nothing is bound.
 *
 * @param <T> the type of the objects
 * @see CairnContext#bindFrom(Object)
 */
public interface BindingExtractor<T> {

	/**
	 * Returns which objects this converts.
	 * @return the class of the objects, or a supertype of it
	 */
	Class<T> type();

	/**
	 * Returns the values to bind.
	 * @param source the object
	 * @return the values by name
	 */
	Map<String, ? extends @Nullable Object> extract(T source);

}

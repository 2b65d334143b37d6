package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Says which methods of which beans are meant. Stateless.
 */
interface MethodSelector {

	/**
	 * Whether methods of a bean may be meant.
	 * @param type its class
	 * @param beanName its name; {@code null} where it is not known
	 */
	boolean selects(Class<?> type, @Nullable String beanName);

	/** Whether a method of such a bean is meant. */
	boolean selects(Method method, Class<?> type);

}

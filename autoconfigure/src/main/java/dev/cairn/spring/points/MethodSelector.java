package dev.cairn.spring.points;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Selects methods of beans. Stateless.
 */
interface MethodSelector {

	/**
	 * Returns whether methods of a bean may be selected.
	 * @param type the class of the bean
	 * @param beanName the name of the bean, {@code null} if it is unknown
	 */
	boolean selects(Class<?> type, @Nullable String beanName);

	boolean selects(Method method, Class<?> type);

}

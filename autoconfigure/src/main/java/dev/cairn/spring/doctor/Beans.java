package dev.cairn.spring.doctor;

import java.util.Collection;
import java.util.Iterator;
import java.util.Set;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Looks for beans of types that are optional. Creates no bean, and loads no class that
 * the application does not use.
 */
final class Beans {

	private Beans() {
	}

	static boolean exist(ConfigurableApplicationContext context, Collection<String> types) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		for (Iterator<String> names = beans.getBeanNamesIterator(); names.hasNext();) {
			Class<?> type = beans.getType(names.next(), false);
			if (type != null && isOneOf(types, type)) {
				return true;
			}
		}
		return false;
	}

	static boolean exist(ConfigurableApplicationContext context, String type) {
		return exist(context, Set.of(type));
	}

	private static boolean isOneOf(Collection<String> types, Class<?> type) {
		for (Class<?> next = type; next != null; next = next.getSuperclass()) {
			if (types.contains(next.getName())) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((implemented) -> types.contains(implemented.getName()));
	}

}

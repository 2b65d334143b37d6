package dev.cairn.spring.doctor;

import java.util.List;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Looks for beans of types that are optional. Creates no bean.
 */
final class Beans {

	private Beans() {
	}

	static boolean exist(ConfigurableApplicationContext context, List<String> types) {
		ClassLoader loader = context.getClassLoader();
		return types.stream()
			.filter((name) -> ClassUtils.isPresent(name, loader))
			.map((name) -> ClassUtils.resolveClassName(name, loader))
			.anyMatch((type) -> context.getBeanNamesForType(type, true, false).length > 0);
	}

	static boolean exist(ConfigurableApplicationContext context, String type) {
		return exist(context, List.of(type));
	}

}

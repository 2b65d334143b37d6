package dev.cairn.spring.doctor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.spring.aop.Calls;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Finds annotated methods of beans that no proxy can intercept.
 */
record UnseenMethodsCheck(ConfigurableListableBeanFactory beans, ApplicationFrames application) implements DoctorCheck {

	@Override
	public String name() {
		return "unseen-methods";
	}

	@Override
	public List<Finding> examine() {
		List<Finding> findings = new ArrayList<>();
		ApplicationClasses.ofBeans(this.beans, this.application).forEach((type) -> examine(type, findings));
		return findings;
	}

	private static void examine(Class<?> type, List<Finding> findings) {
		String obstacle = Calls.obstacle(type);
		for (Class<?> part = type; part != null && part != Object.class; part = part.getSuperclass()) {
			for (Method method : declaredMethods(part)) {
				String annotation = Annotations.of(method);
				String reason = (annotation != null) ? reason(method, obstacle) : null;
				if (reason != null) {
					findings.add(new Finding(annotation + " has no effect, because " + reason,
							part.getName() + "#" + method.getName(), "Calls of the method are not recorded",
							(obstacle != null) ? "Remove the modifier"
									: "Make the method public, and call it from another bean"));
				}
			}
		}
	}

	private static @Nullable String reason(Method method, @Nullable String obstacle) {
		if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
			return "it is private or static";
		}
		return obstacle;
	}

	private static List<Method> declaredMethods(Class<?> type) {
		try {
			return Stream.of(type.getDeclaredMethods()).filter((method) -> !method.isSynthetic()).toList();
		}
		catch (LinkageError ex) {
			// The class refers to a library that is not on the class path
			return List.of();
		}
	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Set;

import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Gives expressions access to getters, components of records, public fields and the
 * number of elements. Other methods without parameters are not properties, since they may
 * have side effects.
 */
final class ReadableProperties extends ReflectivePropertyAccessor {

	/** Methods of JDK classes that have no getter. */
	private static final Set<String> HARMLESS = Set.of("size", "length", "name");

	ReadableProperties() {
		super(false);
	}

	@Override
	protected boolean isCandidateForProperty(Method method, Class<?> type) {
		Class<?> owner = method.getDeclaringClass();
		return owner != Object.class && owner != Class.class && !ClassLoader.class.isAssignableFrom(type)
				&& !Modifier.isStatic(method.getModifiers()) && method.getReturnType() != void.class
				&& (isGetter(method.getName()) || isComponent(method, owner) || isHarmless(method, owner));
	}

	private static boolean isGetter(String name) {
		return startsWithWord(name, "get") || startsWithWord(name, "is");
	}

	private static boolean startsWithWord(String name, String word) {
		return name.length() > word.length() && name.startsWith(word)
				&& !Character.isLowerCase(name.charAt(word.length()));
	}

	private static boolean isComponent(Method method, Class<?> owner) {
		if (owner.isRecord()) {
			for (RecordComponent component : owner.getRecordComponents()) {
				if (component.getName().equals(method.getName())) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean isHarmless(Method method, Class<?> owner) {
		return owner.getName().startsWith("java.") && HARMLESS.contains(method.getName());
	}

}

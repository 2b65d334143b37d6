package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Gives expressions access to getters, components of records, public fields and the
 * number of elements. Other methods without parameters are not properties, since they may
 * have side effects.
 */
final class ReadableProperties extends ReflectivePropertyAccessor {

	/** Methods of JDK classes that have no getter. */
	private static final Set<String> HARMLESS = Set.of("size", "length", "name");

	private static final Pattern GETTER = Pattern.compile("(get|is)[^\\p{javaLowerCase}].*");

	ReadableProperties() {
		super(false);
	}

	@Override
	protected boolean isCandidateForProperty(Method method, Class<?> type) {
		Class<?> owner = method.getDeclaringClass();
		return owner != Object.class && owner != Class.class && !ClassLoader.class.isAssignableFrom(type)
				&& !Modifier.isStatic(method.getModifiers()) && method.getReturnType() != void.class
				&& (GETTER.matcher(method.getName()).matches() || isComponent(method.getName(), owner)
						|| (owner.getName().startsWith("java.") && HARMLESS.contains(method.getName())));
	}

	private static boolean isComponent(String name, Class<?> owner) {
		return owner.isRecord()
				&& Stream.of(owner.getRecordComponents()).anyMatch((component) -> component.getName().equals(name));
	}

}

package dev.cairn.spring.arguments;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Determines whether a class can be proxied by a subclass without side effects. The
 * fields of the proxy are not set, so members that it does not override must not be
 * accessed through it.
 */
final class ProxySafety {

	/**
	 * Annotations of private members that are processed before the proxy is created.
	 */
	private static final List<String> PROCESSED_ON_TARGET = List.of("jakarta.annotation.", "java.lang.",
			"org.springframework.beans.factory.annotation.");

	private ProxySafety() {
	}

	static boolean isSafe(Class<?> type, Predicate<Class<?>> own) {
		return isExtensible(type) && hasVisibleConstructor(type) && areSafe(type, own);
	}

	private static boolean isExtensible(Class<?> type) {
		int modifiers = type.getModifiers();
		return !type.isInterface() && !Modifier.isFinal(modifiers) && !Modifier.isPrivate(modifiers) && !type.isSealed()
				&& !type.isHidden() && !ClassUtils.isCglibProxyClass(type)
				&& (type.getEnclosingClass() == null || Modifier.isStatic(modifiers));
	}

	private static boolean hasVisibleConstructor(Class<?> type) {
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			if (!Modifier.isPrivate(constructor.getModifiers())) {
				return true;
			}
		}
		return false;
	}

	/** All superclasses must be the application's own: those of a library are unknown. */
	private static boolean areSafe(Class<?> type, Predicate<Class<?>> own) {
		for (@Nullable
		Class<?> part = type; part != null && part != Object.class; part = part.getSuperclass()) {
			if (!own.test(part) || hasUnsafeField(part) || hasUnsafeMethod(part)) {
				return false;
			}
		}
		return true;
	}

	private static boolean hasUnsafeField(Class<?> type) {
		for (Field field : type.getDeclaredFields()) {
			int modifiers = field.getModifiers();
			if (!Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers) && !Modifier.isProtected(modifiers)) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasUnsafeMethod(Class<?> type) {
		for (Method method : type.getDeclaredMethods()) {
			if (!Modifier.isStatic(method.getModifiers()) && !method.isSynthetic() && isUnsafe(method)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isUnsafe(Method method) {
		if (Modifier.isPrivate(method.getModifiers())) {
			return isCalledByReflection(method);
		}
		return Modifier.isFinal(method.getModifiers()) || AnnotatedElementUtils.isAnnotated(method, Bean.class);
	}

	/** Frameworks call annotated private methods, such as listeners, by reflection. */
	private static boolean isCalledByReflection(Method method) {
		for (Annotation annotation : method.getDeclaredAnnotations()) {
			String name = annotation.annotationType().getName();
			if (PROCESSED_ON_TARGET.stream().noneMatch(name::startsWith)) {
				return true;
			}
		}
		return false;
	}

}

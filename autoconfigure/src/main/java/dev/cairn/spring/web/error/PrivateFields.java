package dev.cairn.spring.web.error;

import java.lang.reflect.Field;
import java.util.Objects;

import org.springframework.util.ReflectionUtils;

/**
 * Fields of Spring's objects that have no accessor. A field that does not exist is a
 * {@link NullPointerException}.
 */
final class PrivateFields {

	private PrivateFields() {
	}

	static <T> T get(Object owner, String name, Class<T> type) {
		return type.cast(Objects.requireNonNull(ReflectionUtils.getField(field(owner, name), owner), name));
	}

	static void set(Object owner, String name, Object value) {
		ReflectionUtils.setField(field(owner, name), owner, value);
	}

	private static Field field(Object owner, String name) {
		Field field = Objects.requireNonNull(ReflectionUtils.findField(owner.getClass(), name), name);
		ReflectionUtils.makeAccessible(field);
		return field;
	}

}

package dev.cairn.spring.context;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.annotation.Bind;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Reads the fields that have {@link Bind @Bind}, by their accessors where there are some.
 * Thread-safe.
 */
final class BoundMembers {

	private final Map<Class<?>, Map<String, Member>> known = new ConcurrentReferenceHashMap<>();

	boolean isEmpty(Class<?> type) {
		return members(type).isEmpty();
	}

	/** Calls code of the application. */
	Map<String, @Nullable Object> read(Object source) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		members(source.getClass()).forEach((name, member) -> values.put(name, member.read(source)));
		return values;
	}

	private Map<String, Member> members(Class<?> type) {
		Map<String, Member> members = this.known.get(type);
		if (members == null) {
			members = find(type);
			this.known.put(type, members);
		}
		return members;
	}

	private static Map<String, Member> find(Class<?> type) {
		Map<String, Member> members = new LinkedHashMap<>();
		ReflectionUtils.doWithFields(type, (field) -> {
			Bind bind = field.getAnnotation(Bind.class);
			if (bind != null) {
				members.put(bind.value().isEmpty() ? field.getName() : bind.value(), member(type, field));
			}
		});
		return members;
	}

	private static Member member(Class<?> type, Field field) {
		Method accessor = accessor(type, field.getName());
		if (accessor != null) {
			ReflectionUtils.makeAccessible(accessor);
			return (source) -> ReflectionUtils.invokeMethod(accessor, source);
		}
		ReflectionUtils.makeAccessible(field);
		return (source) -> ReflectionUtils.getField(field, source);
	}

	private static @Nullable Method accessor(Class<?> type, String name) {
		if (type.isRecord()) {
			return Stream.of(type.getRecordComponents())
				.filter((component) -> component.getName().equals(name))
				.map(RecordComponent::getAccessor)
				.findFirst()
				.orElse(null);
		}
		PropertyDescriptor property = BeanUtils.getPropertyDescriptor(type, name);
		return (property != null) ? property.getReadMethod() : null;
	}

	/**
	 * A part of an object.
	 */
	@FunctionalInterface
	private interface Member {

		@Nullable Object read(Object source);

	}

}

package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.Category;
import dev.cairn.Sampler;
import dev.cairn.annotation.EventField;
import dev.cairn.annotation.PublishEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ClassUtils;

/**
 * Reads an {@link PublishEvent @PublishEvent} annotation, and names the method if it is
 * invalid.
 *
 * @param event the annotation
 * @param type the class of the bean
 * @param method the annotated method
 * @param signature the signature of the method
 */
record EventAnnotation(PublishEvent event, Class<?> type, Method method, Signature signature) {

	/**
	 * Returns the definition of the point.
	 * @throws InvalidEventException if the annotation is invalid
	 */
	Points.Definition definition() {
		String eventType = this.event.value().isEmpty() ? defaultType() : this.event.value();
		check("value", eventType, () -> Points.Definition.checkType(eventType));
		check("rate", this.event.rate(), () -> Sampler.checkRate(this.event.rate()));
		String condition = this.event.condition().isEmpty() ? null : this.event.condition();
		return new Points.Definition(eventType, this.event.on(), fields(), condition, category(), this.event.severity(),
				this.event.rate(), true);
	}

	/**
	 * Adds the method to a point.
	 * @throws InvalidEventException if an expression is invalid
	 */
	PointRuntime publish(Supplier<PointRuntime> factory) {
		try {
			PointRuntime point = factory.get();
			point.add(this.signature);
			return point;
		}
		catch (InvalidExpressionException ex) {
			throw invalid(ex.part(), ex.expression(), ex.reason(), ex);
		}
	}

	private String defaultType() {
		return toSnakeCase(ClassUtils.getUserClass(this.type).getSimpleName()) + "."
				+ toSnakeCase(this.method.getName());
	}

	private static String toSnakeCase(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("[^A-Za-z0-9_]", "_").toLowerCase(Locale.ROOT);
	}

	private @Nullable Category category() {
		Category[] categories = this.event.category();
		if (categories.length > 1) {
			throw invalid("category", categories.length + " categories", "Use one category.", null);
		}
		return (categories.length == 1) ? categories[0] : null;
	}

	private Map<String, String> fields() {
		Map<String, String> fields = new LinkedHashMap<>();
		for (MethodParameter parameter : new AnnotatedMethod(this.method).getMethodParameters()) {
			EventField field = parameter.getParameterAnnotation(EventField.class);
			if (field != null) {
				fields.put(name(field, parameter), "#a" + parameter.getParameterIndex());
			}
		}
		for (String field : this.event.fields()) {
			put(fields, field);
		}
		return fields;
	}

	private String name(EventField field, MethodParameter parameter) {
		String name = field.value().isEmpty() ? this.signature.name(parameter.getParameterIndex()) : field.value();
		if (name == null) {
			throw invalid("@EventField", "argument " + parameter.getParameterIndex(),
					"Set its name, since the class was compiled without -parameters.", null);
		}
		return name;
	}

	private void put(Map<String, String> fields, String field) {
		int separator = field.indexOf('=');
		String name = (separator > 0) ? field.substring(0, separator).trim() : "";
		if (name.isEmpty() || field.startsWith("==", separator)) {
			throw invalid("fields", field, "Use the form 'name = expression', such as 'order_id = #order.id'.", null);
		}
		fields.put(name, field.substring(separator + 1).trim());
	}

	private void check(String part, Object value, Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(part, value, String.valueOf(ex.getMessage()), ex);
		}
	}

	private InvalidEventException invalid(String part, Object value, String reason, @Nullable Throwable cause) {
		return new InvalidEventException(this.signature.describe(), part, value.toString(), reason, cause);
	}

}

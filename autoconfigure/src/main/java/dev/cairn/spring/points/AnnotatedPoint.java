package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
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
 * Makes the point of an annotation, and says where it is when it is wrong.
 *
 * @param event the annotation
 * @param type the class of the bean
 * @param method the method
 * @param signature what its arguments are called
 */
record AnnotatedPoint(PublishEvent event, Class<?> type, Method method, Signature signature) {

	/**
	 * Return the point.
	 * @throws InvalidEventException when the annotation is wrong
	 */
	Point point() {
		String name = this.event.value().isEmpty() ? Names.type(ClassUtils.getUserClass(this.type), this.method)
				: this.event.value();
		check("value", name, () -> Point.checkType(name));
		check("rate", this.event.rate(), () -> Sampler.checkRate(this.event.rate()));
		String condition = this.event.condition().isEmpty() ? null : this.event.condition();
		return new Point(name, this.event.on(), fields(), condition, category(), this.event.severity(),
				this.event.rate(), true);
	}

	/**
	 * Have a live point serve the method.
	 * @throws InvalidEventException when an expression is wrong
	 */
	LivePoint serve(Supplier<LivePoint> made) {
		try {
			LivePoint live = made.get();
			live.serve(this.signature);
			return live;
		}
		catch (InvalidExpressionException ex) {
			throw refused(ex.part(), ex.expression(), ex.reason(), ex);
		}
	}

	private @Nullable Category category() {
		Category[] categories = this.event.category();
		if (categories.length > 1) {
			throw refused("category", categories.length + " of them", "Name one.", null);
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
			throw refused("@EventField", "argument " + parameter.getParameterIndex(),
					"Give it a name: the class was compiled without -parameters.", null);
		}
		return name;
	}

	private void put(Map<String, String> fields, String field) {
		int separator = field.indexOf('=');
		String name = (separator > 0) ? field.substring(0, separator).trim() : "";
		if (name.isEmpty() || field.startsWith("==", separator)) {
			throw refused("fields", field, "Write it as 'name = expression', such as 'order_id = #order.id'.", null);
		}
		fields.put(name, field.substring(separator + 1).trim());
	}

	private void check(String part, Object value, Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			throw refused(part, value, String.valueOf(ex.getMessage()), ex);
		}
	}

	private InvalidEventException refused(String part, Object value, String reason, @Nullable Throwable cause) {
		return new InvalidEventException(this.signature.describe(), part, value.toString(), reason, cause);
	}

}

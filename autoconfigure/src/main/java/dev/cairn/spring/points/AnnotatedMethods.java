package dev.cairn.spring.points;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.cairn.Category;
import dev.cairn.annotation.EventField;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.aop.TelemetryAnnotations;
import dev.cairn.spring.aop.TelemetryAnnotations.InvalidAnnotationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;

/**
 * Methods with {@link PublishEvent @PublishEvent}, declared on the method or on an
 * interface method, directly or as a meta-annotation.
 */
final class AnnotatedMethods extends PointMethods {

	private static final TelemetryAnnotations.Part<PublishEvent> PUBLISHED = new TelemetryAnnotations.Part<>(
			AnnotatedMethods::find,
			(telemetry) -> telemetry.event().isEmpty() ? null
					: TelemetryAnnotations.part(PublishEvent.class,
							Map.of("value", telemetry.event(), "fields", telemetry.tags())),
			(one, other) -> one.value().equals(other.value()));

	private final Points points;

	AnnotatedMethods(Points points) {
		super(points);
		this.points = points;
	}

	@Override
	protected boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return TelemetryAnnotations.isCandidate(type);
	}

	@Override
	protected boolean isSelected(Class<?> type, Method method) {
		return !PUBLISHED.of(type, method, true).isEmpty();
	}

	/** Those of a class do not apply to its methods. */
	private static Set<PublishEvent> find(AnnotatedElement element) {
		return (element instanceof Method) ? AnnotatedElementUtils.findMergedRepeatableAnnotations(element,
				PublishEvent.class, PublishEvent.List.class) : Set.of();
	}

	@Override
	protected void obstructed(Class<?> type, Method method, String reason) {
		if (TelemetryAnnotations.find(type, method) == null) {
			super.obstructed(type, method, reason);
		}
	}

	/** A configured point of the same type takes precedence over an annotation. */
	@Override
	List<Point> points(Class<?> type, Method method, Signature signature, @Nullable String beanName) {
		Set<PublishEvent> events = PUBLISHED.of(type, method, true);
		List<Point> published = new ArrayList<>();
		int number = 0;
		for (PublishEvent event : events) {
			number++;
			String name = signature.describe() + ((events.size() > 1) ? "[" + number + "]" : "");
			try {
				Points.Definition definition = definition(event, type, method, signature);
				if (!this.points.isConfigured(definition.type(), type, method, beanName)) {
					published.add(this.points.add(name, definition).with(signature));
				}
			}
			catch (InvalidPointException ex) {
				// An invalid @Telemetry is reported by itself
				if (!PUBLISHED.isComposed(type, method, event)) {
					throw invalid(signature, ex);
				}
			}
		}
		return published;
	}

	private static InvalidAnnotationException invalid(Signature signature, InvalidPointException ex) {
		return new InvalidAnnotationException(
				"The @PublishEvent on %s has %s '%s', which is invalid: %s".formatted(signature.describe(),
						ex.part().startsWith("@") ? ex.part() : "the " + ex.part(), ex.value(), ex.reason()),
				"Correct the annotation, or set cairn.events.enabled=false to ignore annotations and points.", ex);
	}

	private static Points.Definition definition(PublishEvent event, Class<?> type, Method method, Signature signature) {
		String eventType = event.value().isEmpty() ? defaultType(type, method) : event.value();
		InvalidPointException.check("value", eventType, () -> Points.Definition.checkType(eventType));
		Category[] categories = event.category();
		if (categories.length > 1) {
			throw new InvalidPointException("category", categories.length + " categories", "Use one category.");
		}
		return new Points.Definition(eventType, event.on(), fields(event, method, signature),
				event.condition().isEmpty() ? null : event.condition(), (categories.length == 1) ? categories[0] : null,
				event.severity(), event.rate(), true);
	}

	private static String defaultType(Class<?> type, Method method) {
		return toSnakeCase(Calls.owner(type, method).getSimpleName()) + "." + toSnakeCase(method.getName());
	}

	private static String toSnakeCase(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("[^A-Za-z0-9_]", "_").toLowerCase(Locale.ROOT);
	}

	private static Map<String, String> fields(PublishEvent event, Method method, Signature signature) {
		Map<String, String> fields = new LinkedHashMap<>();
		for (MethodParameter parameter : new AnnotatedMethod(method).getMethodParameters()) {
			EventField field = parameter.getParameterAnnotation(EventField.class);
			if (field != null) {
				int index = parameter.getParameterIndex();
				fields.put(name(field, index, signature), "#a" + index);
			}
		}
		for (String field : event.fields()) {
			InvalidPointException.check("fields", field, () -> {
				Map.Entry<String, String> named = Expression.named(field);
				fields.put(named.getKey(), named.getValue());
			});
		}
		return fields;
	}

	private static String name(EventField field, int index, Signature signature) {
		String name = field.value().isEmpty() ? signature.name(index) : field.value();
		if (name == null) {
			throw new InvalidPointException("@EventField", "argument " + index,
					"Set its name, because the class was compiled without -parameters.");
		}
		return name;
	}

}

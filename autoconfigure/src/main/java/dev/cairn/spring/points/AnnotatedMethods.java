package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.cairn.annotation.PublishEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Methods with {@link PublishEvent @PublishEvent}, declared on the method or on an
 * interface method, directly or as a meta-annotation.
 */
final class AnnotatedMethods extends PointMethods {

	AnnotatedMethods(Points points) {
		super(points);
	}

	@Override
	boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return AnnotationUtils.isCandidateClass(type, PublishEvent.class);
	}

	@Override
	boolean hasPoints(Class<?> type, Method method) {
		return !events(method).isEmpty();
	}

	private static Set<PublishEvent> events(Method method) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(method, PublishEvent.class,
				PublishEvent.List.class);
	}

	/** A configured point of the same type takes precedence over an annotation. */
	@Override
	List<PointRuntime> points(Class<?> type, Method method, Signature signature, @Nullable String beanName) {
		Set<PublishEvent> events = events(method);
		List<PointRuntime> published = new ArrayList<>();
		int number = 0;
		for (PublishEvent event : events) {
			number++;
			EventAnnotation annotation = new EventAnnotation(event, type, method, signature);
			Points.Definition definition = annotation.definition();
			if (!points().isConfigured(definition.type(), type, method, beanName)) {
				String name = signature.describe() + ((events.size() > 1) ? "[" + number + "]" : "");
				published.add(annotation.publish(() -> points().add(name, definition)));
			}
		}
		return published;
	}

}

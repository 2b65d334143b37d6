package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.PublishEvents;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Methods with {@link PublishEvent @PublishEvent}: on the method or on that of an
 * interface, directly or by an annotation that is annotated itself.
 */
final class AnnotatedMethods extends PointedMethods {

	AnnotatedMethods(Points points) {
		super(points);
	}

	@Override
	boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return AnnotationUtils.isCandidateClass(type, PublishEvent.class);
	}

	@Override
	boolean isPointed(Class<?> type, Method method) {
		return !events(method).isEmpty();
	}

	private static Set<PublishEvent> events(Method method) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(method, PublishEvent.class, PublishEvents.class);
	}

	/** What the configuration publishes as the same event goes before the annotation. */
	@Override
	List<LivePoint> serve(Class<?> type, Method method, Signature signature, @Nullable String beanName) {
		Set<PublishEvent> events = events(method);
		List<LivePoint> served = new ArrayList<>();
		int number = 0;
		for (PublishEvent event : events) {
			number++;
			AnnotatedPoint annotated = new AnnotatedPoint(event, type, method, signature);
			Point point = annotated.point();
			if (!points().isConfigured(point.type(), type, method, beanName)) {
				String name = signature.describe() + ((events.size() > 1) ? "[" + number + "]" : "");
				served.add(annotated.serve(() -> points().add(name, point)));
			}
		}
		return served;
	}

}

package dev.cairn.spring.metrics;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;

import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.annotation.TimedSet;
import io.micrometer.core.aop.MeterTag;
import io.micrometer.core.aop.MeterTags;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the annotations of a method: on the method itself, on the method of an interface
 * that it implements, or else on the declaring class or interface; directly or as a
 * meta-annotation.
 */
final class MeterAnnotations {

	private static final String CONTROLLER = "org.springframework.stereotype.Controller";

	private static final List<String> MAPPINGS = List.of("org.springframework.web.bind.annotation.RequestMapping",
			"org.springframework.web.service.annotation.HttpExchange");

	private MeterAnnotations() {
	}

	static Set<Timed> timed(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		Set<Timed> own = AnnotatedElementUtils.findMergedRepeatableAnnotations(specific, Timed.class, TimedSet.class);
		return (!own.isEmpty() || ReflectionUtils.isObjectMethod(specific)) ? own : AnnotatedElementUtils
			.findMergedRepeatableAnnotations(specific.getDeclaringClass(), Timed.class, TimedSet.class);
	}

	static Set<Counted> counted(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		Counted own = AnnotatedElementUtils.findMergedAnnotation(specific, Counted.class);
		if (own == null && !ReflectionUtils.isObjectMethod(specific)) {
			own = AnnotatedElementUtils.findMergedAnnotation(specific.getDeclaringClass(), Counted.class);
		}
		return (own != null) ? Set.of(own) : Set.of();
	}

	/**
	 * Returns whether a method handles requests, which Boot times. Clients have the same
	 * mappings, but are not controllers.
	 */
	static boolean isRequestHandler(Method method, Class<?> type) {
		if (!MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(CONTROLLER)) {
			return false;
		}
		MergedAnnotations found = MergedAnnotations.from(AopUtils.getMostSpecificMethod(method, type),
				SearchStrategy.TYPE_HIERARCHY);
		return MAPPINGS.stream().anyMatch(found::isPresent);
	}

	/** Returns whether tags depend on the call. */
	static boolean hasMeterTags(Method method, Class<?> type) {
		AnnotatedMethod annotated = new AnnotatedMethod(AopUtils.getMostSpecificMethod(method, type));
		if (isTagged(annotated.getMethodAnnotation(MeterTag.class), annotated.getMethodAnnotation(MeterTags.class))) {
			return true;
		}
		for (MethodParameter parameter : annotated.getMethodParameters()) {
			if (isTagged(parameter.getParameterAnnotation(MeterTag.class),
					parameter.getParameterAnnotation(MeterTags.class))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTagged(@Nullable Annotation one, @Nullable Annotation several) {
		return one != null || several != null;
	}

}

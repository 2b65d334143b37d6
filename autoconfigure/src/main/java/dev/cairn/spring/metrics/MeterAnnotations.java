package dev.cairn.spring.metrics;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.annotation.TimedSet;
import io.micrometer.core.aop.MeterTag;
import io.micrometer.core.aop.MeterTags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the annotations of a method: its own, those of the method that it implements, or
 * else those of the declaring type, also as meta-annotations. Thread-safe.
 */
final class MeterAnnotations {

	private static final Logger logger = LoggerFactory.getLogger(MeterAnnotations.class);

	private static final String CONTROLLER = "org.springframework.stereotype.Controller";

	private static final List<String> MAPPINGS = List.of("org.springframework.web.bind.annotation.RequestMapping",
			"org.springframework.web.service.annotation.HttpExchange");

	private final boolean timedMeasured;

	private final boolean countedMeasured;

	private final Set<Class<?>> logged = ConcurrentHashMap.newKeySet();

	/** Creates an instance; what is not measured is left to an aspect. */
	MeterAnnotations(boolean timedMeasured, boolean countedMeasured) {
		this.timedMeasured = timedMeasured;
		this.countedMeasured = countedMeasured;
	}

	/** Returns none for request handlers, which Boot times. */
	Set<Timed> timed(Method method, Class<?> type) {
		Set<Timed> found = this.timedMeasured ? find(method, type, (element) -> AnnotatedElementUtils
			.findMergedRepeatableAnnotations(element, Timed.class, TimedSet.class)) : Set.of();
		if (found.isEmpty() || !isRequestHandler(method, type)) {
			return found;
		}
		if (this.logged.add(type)) {
			logger.info("Cairn: @Timed on {} is ignored, because its requests are timed as http.server.requests",
					type.getName());
		}
		return Set.of();
	}

	Set<Counted> counted(Method method, Class<?> type) {
		return this.countedMeasured ? find(method, type, MeterAnnotations::counted) : Set.of();
	}

	private static Set<Counted> counted(AnnotatedElement element) {
		Counted found = AnnotatedElementUtils.findMergedAnnotation(element, Counted.class);
		return (found != null) ? Set.of(found) : Set.of();
	}

	private static <A extends Annotation> Set<A> find(Method method, Class<?> type,
			Function<AnnotatedElement, Set<A>> finder) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		Set<A> own = finder.apply(specific);
		return (!own.isEmpty() || ReflectionUtils.isObjectMethod(specific)) ? own
				: finder.apply(specific.getDeclaringClass());
	}

	/** Clients have the same mappings, but are not controllers. */
	private static boolean isRequestHandler(Method method, Class<?> type) {
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
		return annotated.hasMethodAnnotation(MeterTag.class) || annotated.hasMethodAnnotation(MeterTags.class)
				|| Arrays.stream(annotated.getMethodParameters())
					.anyMatch((parameter) -> parameter.hasParameterAnnotation(MeterTag.class)
							|| parameter.hasParameterAnnotation(MeterTags.class));
	}

}

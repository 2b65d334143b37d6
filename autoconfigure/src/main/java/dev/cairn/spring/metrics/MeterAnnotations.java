package dev.cairn.spring.metrics;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.cairn.annotation.Telemetry;
import dev.cairn.spring.aop.TelemetryAnnotations;
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
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the annotations of a method: its own, those of the method that it implements, or
 * else those of the declaring type, also as meta-annotations, and those of which
 * {@link Telemetry} is composed. Thread-safe.
 */
final class MeterAnnotations {

	private static final Logger logger = LoggerFactory.getLogger(MeterAnnotations.class);

	private static final String CONTROLLER = "org.springframework.stereotype.Controller";

	private static final String REPOSITORY = "org.springframework.data.repository.Repository";

	private static final List<String> MAPPINGS = List.of("org.springframework.web.bind.annotation.RequestMapping",
			"org.springframework.web.service.annotation.HttpExchange");

	/** The counter of {@link Telemetry} has the name of the timer with a suffix. */
	private static final String CALLS = ".calls";

	private static final TelemetryAnnotations.Part<Timed> TIMED = new TelemetryAnnotations.Part<>(
			MeterAnnotations::allTimed, (telemetry) -> telemetry.timed()
					? TelemetryAnnotations.part(Timed.class, Map.of("value", telemetry.name())) : null,
			(one, other) -> TimedCalls.name(one).equals(TimedCalls.name(other)));

	private static final TelemetryAnnotations.Part<Counted> COUNTED = new TelemetryAnnotations.Part<>(
			MeterAnnotations::allCounted, (telemetry) -> telemetry.counted() ? counted(telemetry.name()) : null,
			(one, other) -> one.value().equals(other.value()));

	private final boolean timedMeasured;

	private final boolean countedMeasured;

	private final boolean repositoriesTimed;

	private final Set<Class<?>> logged = ConcurrentHashMap.newKeySet();

	/**
	 * Creates an instance; what is not measured is left to an aspect.
	 * @param repositoriesTimed whether Boot times the repositories of Spring Data
	 */
	MeterAnnotations(boolean timedMeasured, boolean countedMeasured, boolean repositoriesTimed) {
		this.repositoriesTimed = repositoriesTimed;
		this.timedMeasured = timedMeasured;
		this.countedMeasured = countedMeasured;
	}

	/** Returns none for request handlers, nor those of repositories, which Boot times. */
	Set<Timed> timed(Method method, Class<?> type) {
		Set<Timed> found = find(TIMED, this.timedMeasured && !isTimedRepository(type), method, type);
		if (found.isEmpty() || !isRequestHandler(method, type)) {
			return found;
		}
		if (this.logged.add(type)) {
			logger.info("Cairn: {} on {} is ignored, because its requests are timed as http.server.requests",
					(TelemetryAnnotations.find(type, method) != null) ? "the timer of @Telemetry" : "@Timed",
					type.getName());
		}
		return Set.of();
	}

	Set<Counted> counted(Method method, Class<?> type) {
		return find(COUNTED, this.countedMeasured, method, type);
	}

	/** Aspects of the application, and Boot, ignore {@link Telemetry}. */
	private static <A extends Annotation> Set<A> find(TelemetryAnnotations.Part<A> part, boolean measured,
			Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		Set<A> found = part.of(type, specific, !ReflectionUtils.isObjectMethod(specific));
		return (measured || found.isEmpty()) ? found
				: found.stream()
					.filter((each) -> part.isComposed(type, specific, each))
					.collect(Collectors.toUnmodifiableSet());
	}

	private static Set<Timed> allTimed(AnnotatedElement element) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(element, Timed.class, TimedSet.class);
	}

	private static Set<Counted> allCounted(AnnotatedElement element) {
		Counted found = AnnotatedElementUtils.findMergedAnnotation(element, Counted.class);
		return (found != null) ? Set.of(found) : Set.of();
	}

	private static Counted counted(String name) {
		return TelemetryAnnotations.part(Counted.class, name.isEmpty() ? Map.of() : Map.of("value", name + CALLS));
	}

	/** Spring Data adds the interface to all of its proxies. */
	private boolean isTimedRepository(Class<?> type) {
		return this.repositoriesTimed && (Proxy.isProxyClass(type) || type.isInterface())
				&& ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch((each) -> each.getName().equals(REPOSITORY));
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

	/**
	 * Returns whether a method is annotated, also if Cairn does not measure its calls.
	 */
	static boolean isAnnotated(Method method, Class<?> type) {
		return !find(TIMED, true, method, type).isEmpty() || !find(COUNTED, true, method, type).isEmpty();
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

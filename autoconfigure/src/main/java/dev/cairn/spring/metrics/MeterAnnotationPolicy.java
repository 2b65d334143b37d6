package dev.cairn.spring.metrics;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which annotations are measured and which are left to others. Thread-safe.
 */
final class MeterAnnotationPolicy {

	private static final Logger logger = LoggerFactory.getLogger(MeterAnnotationPolicy.class);

	private final boolean timed;

	private final boolean counted;

	private final Set<Class<?>> logged = ConcurrentHashMap.newKeySet();

	MeterAnnotationPolicy(boolean timed, boolean counted) {
		this.timed = timed;
		this.counted = counted;
	}

	boolean isMeasured(Method method, Class<?> type) {
		return !timed(method, type).isEmpty() || !counted(method, type).isEmpty();
	}

	/** Returns none for request handlers, which Boot times. */
	Set<Timed> timed(Method method, Class<?> type) {
		Set<Timed> found = this.timed ? MeterAnnotations.timed(method, type) : Set.of();
		if (found.isEmpty() || !MeterAnnotations.isRequestHandler(method, type)) {
			return found;
		}
		if (this.logged.add(type)) {
			logger.info("Cairn: {} is @Timed, but its requests are timed as http.server.requests already, by route and "
					+ "outcome; the annotation is ignored", type.getName());
		}
		return Set.of();
	}

	Set<Counted> counted(Method method, Class<?> type) {
		return this.counted ? MeterAnnotations.counted(method, type) : Set.of();
	}

}

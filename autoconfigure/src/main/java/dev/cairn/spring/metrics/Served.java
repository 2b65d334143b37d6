package dev.cairn.spring.metrics;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which annotations are served, and which are left to somebody else. Thread-safe.
 */
public final class Served {

	private static final Logger logger = LoggerFactory.getLogger(Served.class);

	private final boolean timed;

	private final boolean counted;

	private final boolean controllers;

	private final Set<Class<?>> told = ConcurrentHashMap.newKeySet();

	/**
	 * Say what is served.
	 * @param timed whether {@code @Timed} is
	 * @param counted whether {@code @Counted} is
	 * @param controllers whether {@code @Timed} is on methods that serve requests, which
	 * are timed anyway
	 */
	public Served(boolean timed, boolean counted, boolean controllers) {
		this.timed = timed;
		this.counted = counted;
		this.controllers = controllers;
	}

	boolean isMetered(Method method, Class<?> type) {
		return !timed(method, type).isEmpty() || !counted(method, type).isEmpty();
	}

	Set<Timed> timed(Method method, Class<?> type) {
		Set<Timed> found = this.timed ? MeterAnnotations.timed(method, type) : Set.of();
		if (found.isEmpty() || this.controllers || !MeterAnnotations.isRequestHandler(method, type)) {
			return found;
		}
		if (this.told.add(type)) {
			logger.info("Cairn: {} is @Timed, but its requests are timed as http.server.requests already, by route and "
					+ "outcome; so its annotation does nothing. To have both, set cairn.annotations.controllers=true",
					type.getName());
		}
		return Set.of();
	}

	Set<Counted> counted(Method method, Class<?> type) {
		return this.counted ? MeterAnnotations.counted(method, type) : Set.of();
	}

}

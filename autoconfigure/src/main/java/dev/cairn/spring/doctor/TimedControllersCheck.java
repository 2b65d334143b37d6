package dev.cairn.spring.doctor;

import java.util.List;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.util.ReflectionUtils;

/**
 * Finds controllers whose requests are timed twice.
 */
record TimedControllersCheck(ConfigurableListableBeanFactory beans, ApplicationFrames application,
		Environment environment) implements DoctorCheck {

	private static final String CONTROLLER = "org.springframework.stereotype.Controller";

	@Override
	public String name() {
		return "timed-controllers";
	}

	@Override
	public List<Finding> examine() {
		if (!this.environment.getProperty("management.observations.enable.http.server.requests", Boolean.class, true)) {
			return List.of();
		}
		return ApplicationClasses.ofBeans(this.beans, this.application)
			.filter(TimedControllersCheck::isTimedController)
			.map((type) -> new Finding("@Timed measures requests that http.server.requests measures already",
					type.getName(), "Each request is recorded and paid for twice, under two names",
					"Remove @Timed; use http.server.requests with the tag uri"))
			.toList();
	}

	private static boolean isTimedController(Class<?> type) {
		if (!MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(CONTROLLER)) {
			return false;
		}
		try {
			return MergedAnnotations.from(type).isPresent(Annotations.TIMED)
					|| Stream.of(ReflectionUtils.getUniqueDeclaredMethods(type))
						.anyMatch((method) -> MergedAnnotations.from(method).isPresent(Annotations.TIMED));
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			return false;
		}
	}

}

package dev.cairn.spring.doctor;

import java.lang.reflect.AnnotatedElement;
import java.util.Set;

import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import dev.cairn.annotation.Traced;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * The annotations of methods that take a proxy. Those of Micrometer are known by name,
 * since it is optional.
 */
final class Annotations {

	static final String TIMED = "io.micrometer.core.annotation.Timed";

	static final Set<String> NAMES = Set.of(Telemetry.class.getName(), Traced.class.getName(),
			PublishEvent.class.getName(), TIMED, "io.micrometer.core.annotation.Counted");

	private Annotations() {
	}

	/** Returns the annotation of a method or a class, {@code null} if it has none. */
	static @Nullable String of(AnnotatedElement element) {
		return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY)
			.stream()
			.map(MergedAnnotation::getType)
			.filter((type) -> NAMES.contains(type.getName()))
			.map((type) -> "@" + type.getSimpleName())
			.findFirst()
			.orElse(null);
	}

}

package dev.cairn.spring.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * The properties by which a {@link ConditionalOnCairn} decides.
 */
final class Switch {

	private static final String ALL = "cairn.enabled";

	private final MergedAnnotation<ConditionalOnCairn> condition;

	private Switch(MergedAnnotation<ConditionalOnCairn> condition) {
		this.condition = condition;
	}

	/** Returns the switch of an element, which is on if the element is not annotated. */
	static Switch of(AnnotatedTypeMetadata metadata) {
		return new Switch(metadata.getAnnotations().get(ConditionalOnCairn.class));
	}

	/** Returns whether the outcome depends on beans, which have to be decided first. */
	boolean dependsOnBeans() {
		return this.condition.isPresent() && this.condition.getStringArray("insteadOf").length > 0;
	}

	/** Returns why the beans are off, {@code null} if they are on. */
	@Nullable String reasonToBeOff(Environment environment, Predicate<String> isBean) {
		if (!this.condition.isPresent()) {
			return null;
		}
		if (!isTrue(environment, ALL, true)) {
			return ALL + " is not true";
		}
		String[] others = this.condition.getStringArray("insteadOf");
		boolean byDefault = this.condition.getBoolean("enabledByDefault") && Arrays.stream(others).noneMatch(isBean);
		for (String feature : this.condition.getStringArray("value")) {
			if (!isTrue(environment, enabled(feature), byDefault)) {
				return enabled(feature) + " is not true";
			}
		}
		for (String property : this.condition.getStringArray("property")) {
			if (!isTrue(environment, property, true)) {
				return property + " is not true";
			}
		}
		String[] configured = this.condition.getStringArray("configured");
		if (configured.length > 0 && Arrays.stream(configured).noneMatch((name) -> hasValue(environment, name))) {
			return "none of " + String.join(", ", configured) + " is set";
		}
		return null;
	}

	/** Returns the class of the bean that replaces one that is off. */
	@Nullable String otherwise() {
		return this.condition.getValue("otherwise", String.class).filter(StringUtils::hasText).orElse(null);
	}

	private static String enabled(String feature) {
		return "cairn." + feature + ".enabled";
	}

	private static boolean isTrue(Environment environment, String property, boolean byDefault) {
		return environment.getProperty(property, Boolean.class, byDefault);
	}

	/** Boot's own condition accepts neither lists nor empty values. */
	static boolean hasValue(Environment environment, String name) {
		List<String> values = Binder.get(environment)
			.bind(name, Bindable.listOf(String.class))
			.orElseGet(Collections::emptyList);
		return values.stream().anyMatch(StringUtils::hasText);
	}

}

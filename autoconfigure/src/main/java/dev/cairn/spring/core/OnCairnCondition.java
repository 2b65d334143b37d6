package dev.cairn.spring.core;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Reads the properties of a {@link ConditionalOnCairn}, unless the application is being
 * processed ahead of time. Comes first, since the conditions on classes load them.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class OnCairnCondition extends SpringBootCondition {

	private static final String ALL = "cairn.enabled";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnCairn.class);
		if (CairnDefaults.isBuilt()) {
			return ConditionOutcome.match(message.because("properties are read when the application starts"));
		}
		String reason = reasonToBeOff(of(metadata), context.getEnvironment(),
				context.getRegistry()::containsBeanDefinition);
		return (reason != null) ? ConditionOutcome.noMatch(message.because(reason))
				: ConditionOutcome.match(message.because("it is enabled"));
	}

	static MergedAnnotation<ConditionalOnCairn> of(AnnotatedTypeMetadata metadata) {
		return metadata.getAnnotations().get(ConditionalOnCairn.class);
	}

	/** Returns why the beans are off, {@code null} if they are on. */
	static @Nullable String reasonToBeOff(MergedAnnotation<ConditionalOnCairn> condition, Environment environment,
			Predicate<String> isBean) {
		if (!isTrue(environment, ALL, true)) {
			return ALL + " is not true";
		}
		boolean byDefault = condition.getBoolean("enabledByDefault")
				&& Arrays.stream(condition.getStringArray("insteadOf")).noneMatch(isBean);
		for (String feature : condition.getStringArray("value")) {
			String property = "cairn." + feature + ".enabled";
			if (!isTrue(environment, property, byDefault)) {
				return property + " is not true";
			}
		}
		for (String property : condition.getStringArray("property")) {
			if (!isTrue(environment, property, true)) {
				return property + " is not true";
			}
		}
		String[] configured = condition.getStringArray("configured");
		if (configured.length > 0 && Arrays.stream(configured).noneMatch((name) -> hasValue(environment, name))) {
			return "none of " + String.join(", ", configured) + " is set";
		}
		return null;
	}

	private static boolean isTrue(Environment environment, String property, boolean byDefault) {
		return environment.getProperty(property, Boolean.class, byDefault);
	}

	/** Boot's own condition accepts neither lists nor empty values. */
	static boolean hasValue(Environment environment, String name) {
		List<String> values = Binder.get(environment).bind(name, Bindable.listOf(String.class)).orElseGet(List::of);
		return values.stream().anyMatch(StringUtils::hasText);
	}

}

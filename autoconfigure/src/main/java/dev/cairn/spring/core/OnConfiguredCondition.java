package dev.cairn.spring.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Looks for a property that points to a backend. Boot's own condition takes neither lists
 * nor the difference between empty and set.
 */
class OnConfiguredCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> attributes = Objects
			.requireNonNull(metadata.getAnnotationAttributes(ConditionalOnConfigured.class.getName()));
		String[] names = (String[]) Objects.requireNonNull(attributes.get("value"));
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnConfigured.class);
		for (String name : names) {
			if (isConfigured(context.getEnvironment(), name)) {
				return ConditionOutcome.match(message.foundExactly("property " + name));
			}
		}
		return ConditionOutcome.noMatch(message.didNotFind("property", "properties").items((Object[]) names));
	}

	static boolean isConfigured(Environment environment, String name) {
		List<String> values = Binder.get(environment)
			.bind(name, Bindable.listOf(String.class))
			.orElseGet(Collections::emptyList);
		return values.stream().anyMatch(StringUtils::hasText);
	}

}

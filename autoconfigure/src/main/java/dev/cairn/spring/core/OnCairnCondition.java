package dev.cairn.spring.core;

import java.util.Map;
import java.util.Objects;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The switch of a feature; says in the conditions report which property decided.
 */
public class OnCairnCondition extends SpringBootCondition {

	private static final String ALL = "cairn.enabled";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> attributes = Objects
			.requireNonNull(metadata.getAnnotationAttributes(ConditionalOnCairn.class.getName()));
		String feature = (String) attributes.get("value");
		boolean byDefault = Boolean.TRUE.equals(attributes.get("enabledByDefault"));
		Environment environment = context.getEnvironment();
		if (!environment.getProperty(ALL, Boolean.class, true)) {
			return outcome(false, ALL);
		}
		if (feature == null || feature.isEmpty()) {
			return outcome(true, ALL);
		}
		String property = "cairn." + feature + ".enabled";
		return outcome(environment.getProperty(property, Boolean.class, byDefault), property);
	}

	/**
	 * Whether a feature that is on by default is not switched off, nor Cairn as a whole.
	 */
	public static boolean isOn(Environment environment, String feature) {
		return environment.getProperty(ALL, Boolean.class, true)
				&& environment.getProperty("cairn." + feature + ".enabled", Boolean.class, true);
	}

	private static ConditionOutcome outcome(boolean match, String property) {
		return new ConditionOutcome(match, ConditionMessage.forCondition(ConditionalOnCairn.class)
			.because(property + (match ? " is not false" : " is not true")));
	}

}

package dev.cairn.spring.core;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Asks the {@link Switch} of a {@link ConditionalOnCairn}, unless the application is
 * being processed ahead of time. Comes first, since the conditions on classes load them.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class OnCairnCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnCairn.class);
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			return ConditionOutcome.match(message.because("properties are read when the application starts"));
		}
		String reason = Switch.of(metadata)
			.reasonToBeOff(context.getEnvironment(), context.getRegistry()::containsBeanDefinition);
		return (reason != null) ? ConditionOutcome.noMatch(message.because(reason))
				: ConditionOutcome.match(message.because("it is not switched off"));
	}

}

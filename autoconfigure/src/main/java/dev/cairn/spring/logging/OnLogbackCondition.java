package dev.cairn.spring.logging;

import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when SLF4J is bound to Logback, which may be on the class path without that.
 */
public class OnLogbackCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		String factory = LoggerFactory.getILoggerFactory().getClass().getName();
		boolean logback = factory.equals("ch.qos.logback.classic.LoggerContext");
		return new ConditionOutcome(logback,
				ConditionMessage.forCondition("Logback").because("SLF4J is bound to " + factory));
	}

}

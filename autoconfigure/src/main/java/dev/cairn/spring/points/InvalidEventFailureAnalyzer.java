package dev.cairn.spring.points;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes invalid {@code @PublishEvent} annotations.
 */
class InvalidEventFailureAnalyzer extends AbstractFailureAnalyzer<InvalidEventException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidEventException cause) {
		return new FailureAnalysis("The @PublishEvent on %s has %s '%s', which is invalid: %s".formatted(cause.method(),
				(cause.part().startsWith("@") ? cause.part() : "the " + cause.part()), cause.value(), cause.reason()),
				"Correct the annotation, or set cairn.events.enabled=false to ignore annotations and points.", cause);
	}

}

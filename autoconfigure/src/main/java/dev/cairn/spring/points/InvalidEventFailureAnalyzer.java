package dev.cairn.spring.points;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an annotation that cannot be served.
 */
class InvalidEventFailureAnalyzer extends AbstractFailureAnalyzer<InvalidEventException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidEventException cause) {
		return new FailureAnalysis("The @PublishEvent on %s has %s '%s', which is refused: %s".formatted(cause.method(),
				(cause.part().startsWith("@") ? cause.part() : "the " + cause.part()), cause.value(), cause.reason()),
				"Correct the annotation; events of annotations are switched off by cairn.events.enabled=false.", cause);
	}

}

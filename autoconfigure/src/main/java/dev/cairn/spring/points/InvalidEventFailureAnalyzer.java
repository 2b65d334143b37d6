package dev.cairn.spring.points;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes invalid {@code @PublishEvent} annotations.
 */
class InvalidEventFailureAnalyzer extends AbstractFailureAnalyzer<AnnotatedMethods.InvalidEventException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AnnotatedMethods.InvalidEventException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Correct the annotation, or set cairn.events.enabled=false to ignore annotations and points.", cause);
	}

}

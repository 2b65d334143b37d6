package dev.cairn.spring.tracing;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes invalid {@code @Traced} annotations.
 */
class InvalidTracedFailureAnalyzer extends AbstractFailureAnalyzer<TracedMethod.InvalidTracedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TracedMethod.InvalidTracedException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Correct the annotation, or set cairn.annotations.enabled=false to ignore the annotations.", cause);
	}

}

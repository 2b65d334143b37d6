package dev.cairn.spring.points;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes invalid {@code @Telemetry} annotations.
 */
class InvalidTelemetryFailureAnalyzer extends AbstractFailureAnalyzer<TelemetryMethods.InvalidTelemetryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TelemetryMethods.InvalidTelemetryException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), "Correct the annotation.", cause);
	}

}

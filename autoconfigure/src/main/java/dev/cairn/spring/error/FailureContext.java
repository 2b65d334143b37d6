package dev.cairn.spring.error;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Adds the diagnostic context (MDC) and the arguments of the failed calls to incident
 * reports. Values that were bound where the failure occurred take precedence over those
 * where it is reported.
 */
final class FailureContext implements IncidentEnricher {

	private final @Nullable FailedCalls calls;

	private final Redactor redactor;

	FailureContext(@Nullable FailedCalls calls, Redactor redactor) {
		this.calls = calls;
		this.redactor = redactor;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Map<String, Object> context = UnitOfWork.diagnosticContext();
		Throwable thrown = failure.thrown();
		if (thrown != null && this.calls != null) {
			context.putAll(this.calls.boundTo(thrown));
			List<CallPath.FailedCall> failed = this.calls.of(thrown);
			if (!failed.isEmpty()) {
				report.field(MessageFields.ARGUMENTS, failed.stream().map(this::describe).toList());
			}
		}
		if (!context.isEmpty()) {
			report.field(MessageFields.CONTEXT, context);
		}
	}

	private Map<String, Object> describe(CallPath.FailedCall call) {
		Map<String, String> arguments = new LinkedHashMap<>();
		call.arguments().forEach((name, text) -> arguments.put(name, redact(name, text)));
		Map<String, Object> description = new LinkedHashMap<>();
		description.put(MessageFields.CLASS, call.className());
		description.put(MessageFields.METHOD, call.methodName());
		description.put(MessageFields.ARGUMENTS, arguments);
		return description;
	}

	/** Redacts before cutting, since half a secret would not be recognized. */
	private String redact(String name, String text) {
		return ArgumentText.cut(this.redactor.redact(name, text));
	}

}

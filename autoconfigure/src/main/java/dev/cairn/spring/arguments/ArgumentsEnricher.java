package dev.cairn.spring.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.MessageFields;
import dev.cairn.Redactor;

/**
 * Adds the arguments of the failed calls to incident reports.
 */
final class ArgumentsEnricher implements IncidentEnricher {

	private final FailedCalls calls;

	private final Redactor redactor;

	ArgumentsEnricher(FailedCalls calls, Redactor redactor) {
		this.calls = calls;
		this.redactor = redactor;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Throwable thrown = failure.thrown();
		List<FailedCall> failed = (thrown != null) ? this.calls.of(thrown) : List.of();
		if (!failed.isEmpty()) {
			report.field(MessageFields.ARGUMENTS, failed.stream().map(this::describe).toList());
		}
	}

	private Map<String, Object> describe(FailedCall call) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("class", call.className());
		description.put("method", call.methodName());
		Map<String, String> arguments = new LinkedHashMap<>();
		call.arguments().forEach((name, text) -> arguments.put(name, redact(name, text)));
		description.put("arguments", arguments);
		return description;
	}

	/** Redacts before cutting, since half a secret would not be recognized. */
	private String redact(String name, String text) {
		return this.redactor.isSensitive(name) ? Redactor.MASK : ArgumentText.cut(this.redactor.redact(text));
	}

}

package dev.cairn.spring.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.Redactor;

/**
 * Says in the report of a failure what the methods that failed were called with.
 */
public final class ArgumentsEnricher implements IncidentEnricher {

	private final FailedCalls calls;

	private final Redactor redactor;

	/**
	 * Create an enricher.
	 * @param calls has the notes
	 * @param redactor knows the secrets
	 */
	public ArgumentsEnricher(FailedCalls calls, Redactor redactor) {
		this.calls = calls;
		this.redactor = redactor;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Throwable thrown = failure.thrown();
		List<FailedCall> failed = (thrown != null) ? this.calls.of(thrown) : List.of();
		if (!failed.isEmpty()) {
			report.field("arguments", failed.stream().map(this::describe).toList());
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

	/** Before it is cut: half of a secret does not look like one. */
	private String redact(String name, String text) {
		return this.redactor.isSensitive(name) ? Redactor.MASK : ArgumentText.cut(this.redactor.redact(text));
	}

}

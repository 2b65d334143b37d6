package dev.cairn.test;

import java.util.Objects;

import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about incidents.
 */
public final class IncidentAssert extends RecordedAssert<IncidentAssert, RecordedSignal.Incident> {

	private static final String ERROR_HEADER = "X-Error-Id";

	IncidentAssert(Selection<RecordedSignal.Incident> selection) {
		super(selection, IncidentAssert.class);
	}

	@Override
	IncidentAssert with(Selection<RecordedSignal.Incident> selected) {
		return new IncidentAssert(selected);
	}

	/**
	 * Continues with the incidents that have a text: the message of the exception, or the
	 * description of a failure without one.
	 * @param text the text
	 * @return assertions about them
	 */
	public IncidentAssert withMessage(String text) {
		return with("message \"" + text + "\"", (signal) -> text.equals(text(signal.failure())));
	}

	/**
	 * Continues with the incidents whose text contains another one.
	 * @param part the part of the text
	 * @return assertions about them
	 */
	public IncidentAssert withMessageContaining(String part) {
		return with("a message containing \"" + part + "\"",
				(signal) -> Objects.requireNonNullElse(text(signal.failure()), "").contains(part));
	}

	private static @Nullable String text(Failure failure) {
		return (failure.thrown() != null) ? failure.thrown().getMessage() : failure.text();
	}

	/**
	 * Continues with the incident that has an id.
	 * @param id the id
	 * @return assertions about it
	 */
	public IncidentAssert withErrorId(String id) {
		return with("error_id " + id, (signal) -> signal.errorId().equals(id));
	}

	/**
	 * Continues with the incident whose id a response contains.
	 * @param response a response of a test client of Spring or of the JDK's client
	 * @return assertions about it
	 * @throws IllegalArgumentException if it has no header {@code X-Error-Id}
	 */
	public IncidentAssert withErrorIdOf(Object response) {
		return withErrorId(ResponseHeaders.required(response, ERROR_HEADER));
	}

	/**
	 * Continues with the incidents of a trace.
	 * @param response a response of a test client of Spring or of the JDK's client, the
	 * value of its header {@code X-Trace-Id} or {@code traceparent}, or a {@link Message}
	 * @return assertions about them
	 * @throws IllegalArgumentException if it has no id of a trace
	 */
	public IncidentAssert withSameTraceAs(Object response) {
		CairnRecorder recorder = selection().source().recorder();
		String id = TraceIds.of(response, recorder.traceHeader());
		return with("trace " + id, (signal) -> id.equals(traceId(signal, recorder)));
	}

	/** The message of an incident without a unit of work may have a trace. */
	private static @Nullable String traceId(RecordedSignal.Incident incident, CairnRecorder recorder) {
		String id = TraceIds.of(incident);
		if (id != null) {
			return id;
		}
		return recorder.signals(RecordedSignal.Published.class)
			.stream()
			.filter((signal) -> incident.errorId().equals(MessageFields.errorId(signal.message())))
			.map(TraceIds::of)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

}

package dev.cairn.test;

/**
 * Assertions about observations that have ended, which are spans if there is a tracer.
 */
public final class SpanAssert extends RecordedAssert<SpanAssert, RecordedSignal.ObservationEnded> {

	SpanAssert(Selection<RecordedSignal.ObservationEnded> selection) {
		super(selection, SpanAssert.class);
	}

	@Override
	SpanAssert with(Selection<RecordedSignal.ObservationEnded> selected) {
		return new SpanAssert(selected);
	}

	/**
	 * Continues with the spans that have a tag.
	 * @param key the key of the tag
	 * @param value the value of the tag
	 * @return assertions about them
	 */
	public SpanAssert withTag(String key, String value) {
		return with("tag " + key + " = " + value, (signal) -> value.equals(signal.tags().get(key)));
	}

	/**
	 * Continues with the spans that have failed with an exception.
	 * @param type the class of the exception
	 * @return assertions about them
	 */
	public SpanAssert withError(Class<? extends Throwable> type) {
		return with("error " + type.getSimpleName(), (signal) -> type.isInstance(signal.error()));
	}

	/**
	 * Continues with the spans that have not failed.
	 * @return assertions about them
	 */
	public SpanAssert withoutError() {
		return with("no error", (signal) -> signal.error() == null);
	}

	/**
	 * Continues with the spans of a trace.
	 * @param response a response of a test client of Spring or of the JDK's client, the
	 * value of its header {@code X-Trace-Id} or {@code traceparent}, or a message
	 * @return assertions about them
	 * @throws IllegalArgumentException if it has no id of a trace
	 */
	public SpanAssert withSameTraceAs(Object response) {
		String id = TraceIds.of(response, selection().source().recorder().traceHeader());
		return with("trace " + id, (signal) -> id.equals(TraceIds.of(signal)));
	}

}

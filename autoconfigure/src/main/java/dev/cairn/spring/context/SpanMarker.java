package dev.cairn.spring.context;

import dev.cairn.Failure;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * Tags the active span with the id of an incident. The status of the span is left to its
 * own instrumentation, since the exception may have been handled.
 */
final class SpanMarker implements SignalListener {

	static final String TAG = "error.id";

	private final Tracer tracer;

	SpanMarker(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public void incident(Failure failure, String errorId, @Nullable UnitOfWork unit) {
		Span span = this.tracer.currentSpan();
		if (span != null) {
			span.tag(TAG, errorId);
		}
	}

}

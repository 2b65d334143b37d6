package dev.cairn.spring.tracing;

import dev.cairn.Failure;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the id of an incident on the span that is active where it is reported, so that
 * whoever looks at the trace finds the report. Whether the span failed is for its own
 * instrumentation to say: an exception may have been handled.
 */
final class SpanMarker implements SignalListener {

	/** The tag that carries the id. */
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
